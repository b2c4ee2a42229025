// SPDX-License-Identifier: GPL-3.0-or-later
// A chart frame on paper, read back from its SVG.

#include "app/export/Page.h"
#include "app/export/SvgText.h"
#include "tests/support/FatalMessages.h"
#include "tests/unit/export/Svg.h"
#include "widgets/common/Theme.h"

#include <QRawFont>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace rankscope;
using namespace rankscope::widgets;
using test::Svg;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Mean falls from 4 to 2 over 21 steps; rank 3 stays at 3.
ChartFrame chartOf() {
    ChartFrame frame;
    frame.title = frame.yTitle = "Loss";
    frame.unit = "every rank";
    frame.first = 0;
    frame.last = 20;
    Curve mean{{}, {}, Ink::Mean, -1, "mean"}, rank{{}, {}, Ink::Healthy, 3, "ranks"};
    for (int step = 0; step <= 20; ++step) {
        mean.x.push_back(step);
        mean.y.push_back(4 - step / 10.0);
        rank.x.push_back(step);
        rank.y.push_back(3);
    }
    frame.curves = {rank, mean};
    return frame;
}

Svg svgOf(const ChartFrame& frame, QSizeF size = {88, 52}) {
    figures::Page page;
    page.title = "run";
    page.panels.push_back({frame});
    return Svg(figures::toSvg(figures::compose(page, size, Theme::printTheme())));
}

} // namespace

class TestChartFigure : public QObject {
    Q_OBJECT
    support::FatalMessages m_fatal;

  private slots:
    void initTestCase() {
        rankscope::support::FatalMessages::install();
        font::load();
    }

    void isAsLargeAsAsked() {
        const Svg svg = svgOf(chartOf(), {88, 52.5});
        QCOMPARE(svg.problem, QString());
        QCOMPARE(svg.width, QStringLiteral("88mm"));
        QCOMPARE(svg.height, QStringLiteral("52.5mm"));
        QCOMPARE(svg.viewBox, QStringLiteral("0 0 88 52.5"));
        QCOMPARE(svg.title, QStringLiteral("run"));
    }

    void everyCurveIsAPathThroughItsPoints() {
        const Svg svg = svgOf(chartOf());
        const auto curves = svg.pathsIn(QStringLiteral("curves"));
        QCOMPARE(curves.size(), 2);
        QCOMPARE(curves[0].name, QStringLiteral("rank-3"));
        QCOMPARE(curves[1].name, QStringLiteral("mean"));
        for (const Svg::Path& curve : curves) {
            QCOMPARE(curve.parts.size(), 1);
            QCOMPARE(curve.parts[0].size(), 21);
        }
        // Equal steps lie equally far apart, and a straight line is one.
        const auto& points = curves[1].parts[0];
        const double across = points[1].x() - points[0].x(), down = points[1].y() - points[0].y();
        QVERIFY(across > 2 && down > 0); // a falling loss falls on paper
        for (qsizetype i = 1; i < points.size(); ++i) {
            QVERIFY(std::abs(points[i].x() - points[i - 1].x() - across) < 0.003);
            QVERIFY(std::abs(points[i].y() - points[i - 1].y() - down) < 0.003);
        }
    }

    void linesAreAsJournalsAskForThem() {
        const auto curves = svgOf(chartOf()).pathsIn(QStringLiteral("curves"));
        QCOMPARE(curves[0].stroke, QStringLiteral("#8a8a8a"));
        QCOMPARE(curves[1].stroke, QStringLiteral("#000000"));
        QVERIFY(std::abs(curves[0].width - 0.5 * figures::kPoint) < 0.001);
        QVERIFY(std::abs(curves[1].width - 1.0 * figures::kPoint) < 0.001);
    }

    void wordsAreTextInPoints() {
        const Svg svg = svgOf(chartOf());
        const QStringList words = svg.words();
        for (const char* word : {"Loss", "Step", "mean", "ranks", "every rank", "0", "2.0", "10"})
            QVERIFY2(words.contains(QLatin1String(word)), word);
        for (const Svg::Text& text : svg.texts) {
            const double points =
                text.text == QLatin1String("Loss") || text.text == QLatin1String("Step") ? 9 : 8;
            QVERIFY2(std::abs(text.size - points * figures::kPoint) < 0.001, qPrintable(text.text));
        }
        QCOMPARE(svg.images, 0);
    }

    void carriesTheFontsThatItNeeds() {
        const Svg svg = svgOf(chartOf());
        const auto fonts = svg.fonts();
        QCOMPARE(fonts.size(), 2); // regular and medium
        QString regular, medium;
        for (const Svg::Text& text : svg.texts)
            (text.weight.isEmpty() ? regular : medium) += text.text;
        QCOMPARE(medium, QStringLiteral("mean"));
        const QRawFont first(fonts[0], 20), second(fonts[1], 20);
        QVERIFY(first.isValid() && second.isValid());
        for (const QChar letter : regular)
            QVERIFY2(first.supportsCharacter(letter), qPrintable(QString(letter)));
        for (const QChar letter : medium)
            QVERIFY(second.supportsCharacter(letter));
        QVERIFY(!second.supportsCharacter(QLatin1Char('Q'))); // no more than that
        for (const QByteArray& font : fonts)
            QVERIFY2(font.size() < 20'000, "a subset is small");
    }

    void nothingLiesOutsideThePaper() {
        const Svg svg = svgOf(chartOf());
        const QRectF paper(0, 0, 88, 52);
        for (const Svg::Path& path : svg.paths)
            for (const auto& part : path.parts)
                for (const QPointF& point : part)
                    QVERIFY(paper.contains(point));
        for (const Svg::Text& text : svg.texts) {
            QVERIFY(paper.contains(text.at));
            if (text.text == QLatin1String("ranks")) // starts at its place
                QVERIFY(text.at.x() + figures::textWidth(text.text, 8) <= 88);
        }
    }

    void dashesOfDenseLinesGoAlongTheSteps() {
        ChartFrame frame = chartOf();
        Curve& mean = frame.curves[1];
        mean.dash = Dash::Long;
        QCOMPARE(svgOf(frame).pathsIn(QStringLiteral("curves"))[1].parts.size(), 1);
        mean.x.clear();
        mean.y.clear();
        for (int i = 0; i <= 4000; ++i) {
            mean.x.push_back(i / 200.0);
            mean.y.push_back(i % 2);
        }
        const Svg::Path dashes = svgOf(frame).pathsIn(QStringLiteral("curves"))[1];
        QVERIFY(dashes.parts.size() > 20);
        for (qsizetype i = 1; i < dashes.parts.size(); ++i) {
            const double gap = dashes.parts[i].first().x() - dashes.parts[i - 1].last().x();
            QVERIFY(std::abs(gap - 3 * 0.75 * figures::kPoint) < 0.05); // three pixels
        }
    }

    void anUndefinedValueBreaksTheLine() {
        ChartFrame frame = chartOf();
        frame.curves[1].y[7] = kMissing;
        const auto mean = svgOf(frame).pathsIn(QStringLiteral("curves"))[1];
        QCOMPARE(mean.parts.size(), 2);
        QCOMPARE(mean.parts[0].size(), 7);
        QCOMPARE(mean.parts[1].size(), 13);
    }

    void gapsAreHatchedWhereTheyAre() {
        ChartFrame frame = chartOf();
        frame.gaps.push_back({5, 8, "gap"});
        const Svg svg = svgOf(frame);
        const auto mean = svg.pathsIn(QStringLiteral("curves"))[1].parts[0];
        const double step = mean[1].x() - mean[0].x();
        const auto hatch = std::find_if(svg.paths.begin(), svg.paths.end(), [](const auto& path) {
            return path.group == QLatin1String("panel") && path.parts.size() > 5;
        });
        QVERIFY(hatch != svg.paths.end());
        double left = 1e9, right = 0;
        for (const auto& line : hatch->parts)
            for (const QPointF& point : line) {
                left = std::min(left, point.x());
                right = std::max(right, point.x());
            }
        QVERIFY(std::abs(left - (mean[5].x() - step / 2)) < 0.01);
        QVERIFY(std::abs(right - (mean[8].x() + step / 2)) < 0.01);
        QVERIFY(svg.words().contains(QStringLiteral("gap")));
    }

    void marksHaveTheirWords() {
        ChartFrame frame = chartOf();
        frame.nonFinite.push_back({4, "NaN 3"});
        frame.restarts.push_back({10, "restart 1"});
        frame.findings.push_back({12, std::nullopt, "rank 3 departs"});
        frame.notes.push_back({15, "lr halved"});
        frame.references.push_back({2.5, "target"});
        const QStringList words = svgOf(frame).words();
        for (const char* word :
             {"NaN 3", "restart 1", "rank 3 departs \u00B7 12", "lr halved", "target"})
            QVERIFY2(words.contains(QString::fromUtf8(word)), word);
    }

    void marksAtOnePlaceDoNotCoverEachOther() {
        ChartFrame frame = chartOf();
        frame.nonFinite.push_back({12, "NaN 3"});
        frame.findings.push_back({12, std::nullopt, "rank 3 departs"});
        frame.notes.push_back({12, "lr halved"});
        QList<double> lines;
        for (const Svg::Text& text : svgOf(frame).texts)
            for (const char* word : {"NaN 3", "rank 3 departs \u00B7 12", "lr halved"})
                if (text.text == QString::fromUtf8(word))
                    lines << text.at.y();
        QCOMPARE(lines.size(), 3);
        std::sort(lines.begin(), lines.end());
        for (qsizetype i = 1; i < lines.size(); ++i)
            QVERIFY(lines[i] - lines[i - 1] > 2.8); // a line of 8 pt
    }

    void hiddenLayersAreNotDrawn() {
        ChartFrame frame = chartOf();
        frame.notes.push_back({15, "lr halved"});
        frame.hidden = {Layer::Ranks, Layer::Notes};
        frame.curves[1].layer = Layer::Mean;
        const Svg svg = svgOf(frame);
        QCOMPARE(svg.pathsIn(QStringLiteral("curves")).size(), 1);
        QVERIFY(!svg.words().contains(QStringLiteral("lr halved")));
        QVERIFY(!svg.words().contains(QStringLiteral("ranks")));
    }

    void bandsAreOpaque() {
        ChartFrame frame = chartOf();
        Band band;
        for (const double x : {0.0, 10.0, 20.0}) {
            band.x.push_back(x);
            band.low.push_back(2.5);
            band.high.push_back(3.5);
        }
        frame.bands.push_back(band);
        const auto bands = svgOf(frame).pathsIn(QStringLiteral("bands"));
        QCOMPARE(bands.size(), 1);
        QCOMPARE(bands[0].parts[0].size(), 6);
        const QColor fill(bands[0].fill);
        QVERIFY(fill.lightness() > 180 && fill.lightness() < 250);
    }

    void panelsOfAColumnLineUp() {
        figures::Page page;
        page.panels = {{chartOf()}, {chartOf()}};
        std::get<ChartFrame>(page.panels[1].content).curves[0].y.assign(21, 30'000);
        const double height = figures::pageHeight(page, 88);
        const Svg svg(figures::toSvg(figures::compose(page, {88, height}, Theme::printTheme())));
        const auto curves = svg.pathsIn(QStringLiteral("curves"));
        QCOMPARE(curves.size(), 4);
        QCOMPARE(curves[1].parts[0].first().x(), curves[3].parts[0].first().x());
        QCOMPARE(curves[1].parts[0].last().x(), curves[3].parts[0].last().x());
        QCOMPARE(svg.words().count(QStringLiteral("Step")), 1); // the lower one names the steps
        QVERIFY(svg.words().contains(QStringLiteral("a")));
        QVERIFY(svg.words().contains(QStringLiteral("b")));
    }

    void runsSideBySideShareTheirAxis() {
        figures::Page page;
        page.columns = 2;
        page.panels = {{chartOf(), "one", 0}, {chartOf(), "two", 0}};
        for (double& y : std::get<ChartFrame>(page.panels[1].content).curves[1].y)
            y += 4;
        const Svg svg(figures::toSvg(figures::compose(page, {180, 60}, Theme::printTheme())));
        const auto curves = svg.pathsIn(QStringLiteral("curves"));
        QCOMPARE(curves[0].parts[0][0].y(), curves[2].parts[0][0].y()); // both 3
        QCOMPARE(svg.words().count(QStringLiteral("Loss")), 1);
        QVERIFY(svg.words().contains(QStringLiteral("two")));
    }
};

QTEST_MAIN(TestChartFigure)
#include "TestChartFigure.moc"
