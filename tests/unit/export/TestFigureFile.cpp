// SPDX-License-Identifier: GPL-3.0-or-later
// A drawing as SVG, PDF and PNG.

#include "app/export/FigureFile.h"
#include "tests/support/FatalMessages.h"
#include "widgets/common/Theme.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace rankscope;
using namespace rankscope::figures;

namespace {

Drawing drawingOf() {
    Drawing drawing;
    drawing.size = {50.8, 25.4};
    drawing.title = QStringLiteral("title");
    drawing.rectangle({0, 0, 25.4, 25.4}, Qt::black);
    drawing.add(Text{{30, 15}, QStringLiteral("word"), 8, Qt::black});
    return drawing;
}

} // namespace

class TestFigureFile : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        widgets::font::load();
    }

    void theEndingSaysTheKind() {
        QCOMPARE(*fileKind("a/fig.svg"), FileKind::Svg);
        QCOMPARE(*fileKind("fig.pdf"), FileKind::Pdf);
        QCOMPARE(*fileKind("fig.png"), FileKind::Png);
        QCOMPARE(fileKind("fig.jpg").error().code, ErrorCode::Usage);
    }

    void pngHasItsSizeOnPaper() {
        const QByteArray bytes = bytesOf(drawingOf(), FileKind::Png, 300);
        const QImage image = QImage::fromData(bytes, "PNG");
        QCOMPARE(image.size(), QSize(600, 300));
        QCOMPARE(image.dotsPerMeterX(), 11811);
        QCOMPARE(image.dotsPerMeterY(), 11811);
        QCOMPARE(image.pixelColor(290, 150), QColor(Qt::black));
        QCOMPARE(image.pixelColor(310, 150), QColor(Qt::white));
    }

    void textIsAsWideAsItIsMeasured() {
        const QImage image = imageOf(drawingOf(), 600);
        int left = image.width(), right = 0;
        for (int x = image.width() * 11 / 20; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                if (image.pixelColor(x, y).lightness() < 128) {
                    left = std::min(left, x);
                    right = std::max(right, x);
                }
        const double width = (right - left) * 25.4 / 600;
        QVERIFY(std::abs(width - textWidth(QStringLiteral("word"), 8)) < 0.3);
        QVERIFY(std::abs(left * 25.4 / 600 - 30) < 0.3);
    }

    void equalDrawingsAreEqualFiles_data() {
        QTest::addColumn<FileKind>("kind");
        QTest::newRow("svg") << FileKind::Svg;
        QTest::newRow("pdf") << FileKind::Pdf;
        QTest::newRow("png") << FileKind::Png;
    }
    void equalDrawingsAreEqualFiles() {
        QFETCH(FileKind, kind);
        const QByteArray first = bytesOf(drawingOf(), kind, 150);
        QVERIFY(first.size() > 500);
        QCOMPARE(bytesOf(drawingOf(), kind, 150), first);
        QVERIFY(!first.contains("CreationDate"));
    }

    void aFileThatCannotBeWrittenIsAnError() {
        QTemporaryDir dir;
        const auto file = dir.filePath(QStringLiteral("none/fig.svg")).toStdString();
        const auto written = writeFile(file, "x");
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY(written.error().what.find(file) != std::string::npos);
        QVERIFY(QDir(dir.path()).isEmpty());
    }
};

QTEST_MAIN(TestFigureFile)
#include "TestFigureFile.moc"
