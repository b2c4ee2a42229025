// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/frames/ChartFrame.h"
#include "widgets/frames/HeatmapFrame.h"

#include <QRegularExpression>
#include <QStringList>
#include <QTranslator>
#include <string>
#include <vector>

namespace rankscope::support {

/// A language in which every text is itself between brackets: what has none was not translated.
class Bracketed final : public QTranslator {
  public:
    [[nodiscard]] QString translate(const char*, const char* text, const char*,
                                    int n) const override {
        QString whole = QString::fromUtf8(text);
        if (n >= 0)
            whole.replace(QStringLiteral("%n"), QString::number(n));
        return QChar(0x27E6) + whole + QChar(0x27E7);
    }
    [[nodiscard]] bool isEmpty() const override { return false; }
};

inline bool isTranslated(const QString& text) {
    return text.contains(QChar(0x27E6));
}

/// Collects texts with a word outside of all brackets.
class Bare {
  public:
    /// `names`: the same in every language, besides NaN and sizes of files.
    explicit Bare(const QStringList& names = {})
        : m_names(QStringLiteral("\\b(NaN|[0-9.]+ [kMG]?B%1)\\b")
                      .arg(names.isEmpty() ? QString() : "|" + names.join(QLatin1Char('|')))) {}

    void add(const QString& text) {
        static const QRegularExpression kBracketed(QStringLiteral("\u27E6[^\u27E6\u27E7]*\u27E7"));
        static const QRegularExpression kWord(QStringLiteral("[A-Za-z]"));
        QString outside = text;
        while (outside.contains(kBracketed)) // from the innermost outwards
            outside.replace(kBracketed, QString());
        m_seen += isTranslated(text) ? 1 : 0;
        if (outside.remove(m_names).contains(kWord))
            m_texts.append(text);
    }
    void add(const std::string& text) { add(QString::fromStdString(text)); }
    void add(const std::vector<widgets::HeaderValue>& values) {
        for (const widgets::HeaderValue& value : values) {
            add(value.name);
            add(value.value);
        }
    }
    template <typename Marks>
    void addLabels(const Marks& marks) {
        for (const auto& mark : marks)
            add(mark.label);
    }
    void add(const widgets::ChartFrame& chart) {
        for (const std::string& text :
             {chart.title, chart.unit, chart.yTitle, chart.xTitle, chart.note, chart.summary})
            add(text);
        for (const widgets::Curve& curve : chart.curves) {
            add(curve.endLabel);
            add(curve.name);
        }
        addLabels(chart.gaps);
        addLabels(chart.restarts);
        addLabels(chart.nonFinite);
    }
    void add(const widgets::HeatmapFrame& map) {
        for (const std::string& text :
             {map.title, map.unit, map.barsTitle, map.emptyText, map.summary, map.rowKind})
            add(text);
        if (map.form != widgets::HeatmapForm::RankStep) // its columns are steps
            add(map.columnKind);
        for (const std::string& line : map.aside)
            add(line);
    }
    [[nodiscard]] int seen() const { return m_seen; } ///< texts that were translated
    [[nodiscard]] const QStringList& texts() const { return m_texts; }
    [[nodiscard]] QByteArray all() const { return m_texts.join(QStringLiteral(" | ")).toUtf8(); }

  private:
    QRegularExpression m_names;
    QStringList m_texts;
    int m_seen = 0;
};

} // namespace rankscope::support
