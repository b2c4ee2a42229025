// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace rankscope::ui {

/// Column titles of the workers; the one that is sorted by is ink, with a triangle on the side
/// where its numbers are not.
class WorkerHeader final : public QHeaderView {
    Q_OBJECT

  public:
    explicit WorkerHeader(QWidget* parent = nullptr);

  protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
};

} // namespace rankscope::ui
