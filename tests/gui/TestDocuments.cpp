// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/Window.h"

#include "app/ui/panels/HelpSheet.h"
#include "tests/pictures/Scenes.h"

#include <QDir>
#include <QFile>
#include <QMenuBar>
#include <QRegularExpression>
#include <QTest>

using namespace rankscope;
using support::Window;

/// Documents and program say the same.
class TestDocuments : public QObject {
    Q_OBJECT

    static QDir root() { return QDir(qEnvironmentVariable("RANKSCOPE_SOURCE")); }

    static QString text(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    /// Pictures that other programs make; ./dev help says which.
    static QStringList otherPictures() {
        return {QStringLiteral("settings"), QStringLiteral("figure")};
    }

  private slots:
    void initTestCase() {
        support::FatalMessages::install();
        widgets::font::load();
        widgets::applyTheme(widgets::Theme::darkTheme());
    }

    /// Each is there, is made by rankscope-pictures, and none lies there unseen.
    void picturesAreMadeByAProgram() {
        QStringList made = otherPictures();
        for (const pictures::Scene& scene : pictures::allScenes())
            made << QString::fromLatin1(scene.name);
        QStringList documents{root().filePath(QStringLiteral("README.md"))};
        const QDir docs(root().filePath(QStringLiteral("docs")));
        for (const QString& name : docs.entryList({QStringLiteral("*.md")}))
            documents << docs.filePath(name);
        static const QRegularExpression kPicture(QStringLiteral("\\]\\(([^)]*/([^)/]+)\\.png)\\)"));
        QStringList shown;
        for (const QString& document : documents)
            for (auto found = kPicture.globalMatch(text(document)); found.hasNext();) {
                const auto match = found.next();
                const QDir beside = QFileInfo(document).dir();
                QVERIFY2(QFile::exists(beside.filePath(match.captured(1))),
                         qPrintable(document + QStringLiteral(": ") + match.captured(1)));
                QVERIFY2(made.contains(match.captured(2)), qPrintable(match.captured(2)));
                shown << match.captured(2);
            }
        for (const QString& file :
             QDir(docs.filePath(QStringLiteral("pictures"))).entryList({QStringLiteral("*.png")}))
            QVERIFY2(shown.contains(QFileInfo(file).baseName()), qPrintable(file));
    }

    /// The tables of keys and gestures in window.md are the sheet on `?`, row by row.
    void windowListsWhatTheSheetLists() {
        const QString document = text(root().filePath(QStringLiteral("docs/window.md")));
        static const QRegularExpression kRow(QStringLiteral("^\\| (.+?) \\| (.+?) \\|$"),
                                             QRegularExpression::MultilineOption);
        QStringList written;
        for (auto found = kRow.globalMatch(document); found.hasNext();) {
            const auto match = found.next();
            QString keys = match.captured(2);
            written << match.captured(1) + QStringLiteral(": ") + keys.remove(QLatin1Char('`'));
        }
        written.removeAll(QStringLiteral("what: how")); // the tables' heads
        Window w;
        QStringList listed;
        for (const auto& section : ui::shortcutSections(*w.window.menuBar())) {
            QVERIFY2(document.contains(QStringLiteral("\n### %1\n").arg(section.title)),
                     qPrintable(section.title));
            for (const auto& [what, how] : section.rows)
                listed << what + QStringLiteral(": ") + how;
        }
        QCOMPARE(written, listed);
    }
};

QTEST_MAIN(TestDocuments)
#include "TestDocuments.moc"
