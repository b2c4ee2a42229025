// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <optional>
#include <vector>

namespace rankscope::ui {

/// A sample session on the first page: a small picture of its losses, a name and what it shows.
class SampleButton final : public QAbstractButton {
    Q_OBJECT

  public:
    struct Picture {
        std::vector<std::vector<double>> lines; ///< losses, one line per rank
        std::optional<std::size_t> departing;   ///< this one leaves its peers ...
        std::size_t departs = 0;                ///< ... at this step
        std::vector<double> other;              ///< mean of a run beside it; or empty
    };
    SampleButton(const QString& title, const QString& words, Picture picture,
                 QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override { return {329, 112}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void paintLines(QPainter& painter, const QRectF& box) const;

    QString m_title, m_words;
    Picture m_picture;
    std::vector<double> m_mean;
};

/// Mean over the lines, as long as the longest of them.
[[nodiscard]] std::vector<double> meanOf(const std::vector<std::vector<double>>& lines);

} // namespace rankscope::ui
