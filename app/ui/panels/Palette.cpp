// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Palette.h"

#include "app/ui/models/FuzzyMatch.h"
#include "widgets/common/Theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

constexpr int kWidth = 560, kRow = 30, kMostRows = 12, kMostFound = 200, kPage = 10;
constexpr int kDetail = Qt::UserRole;

/// Name at the left, shortcut or kind at the right.
class EntryDelegate final : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {kWidth - 20, kRow};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const auto& theme = widgets::Theme::of(option.widget);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        painter->fillRect(option.rect, chosen ? theme.selectedRow : theme.surface);
        const QRect box = option.rect.adjusted(12, 0, -12, 0);
        painter->setFont(font::text(font::kAxis));
        painter->setPen(chosen ? theme.text2 : theme.text3);
        const QString detail = index.data(kDetail).toString();
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, detail);
        const int room = box.width() - painter->fontMetrics().horizontalAdvance(detail) - 16;
        painter->setFont(font::text(font::kList));
        painter->setPen(theme.text1);
        painter->drawText(
            box, Qt::AlignLeft | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideMiddle, room));
    }
};

} // namespace

Palette::Palette(Source source, QWidget* window)
    : QFrame(window),
      m_source(std::move(source)),
      m_field(new QLineEdit),
      m_list(new QListWidget) {
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Find or run"));
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setAccessibleName(tr("Find or run"));
    m_field->setPlaceholderText(tr("Command, rank 5, step 120, host, panel, recent file"));
    m_field->setFont(font::text(font::kList));
    m_list->setAccessibleName(tr("What was found"));
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus); // typing goes on; the arrows are handed over
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(9, 9, 9, 9);
    column->setSpacing(6);
    column->addWidget(m_field);
    column->addWidget(m_list);
    m_field->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_field, &QLineEdit::textEdited, this, &Palette::search);
    connect(m_list, &QListWidget::itemClicked, this, &Palette::choose);
    hide();
}

void Palette::open() {
    if (isVisible()) { // the shortcut again
        dismiss();
        return;
    }
    m_focusBefore = QApplication::focusWidget();
    m_field->clear();
    search({});
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
}

void Palette::dismiss() {
    if (!isVisible())
        return;
    const bool hadFocus = m_field->hasFocus();
    hide();
    if (hadFocus && m_focusBefore != nullptr)
        m_focusBefore->setFocus();
    m_focusBefore = nullptr;
}

void Palette::search(const QString& query) {
    struct Scored {
        int score;
        PaletteEntry entry;
    };
    const std::string wanted = query.toStdString();
    std::vector<Scored> found;
    for (const PaletteEntry& entry : m_source(query))
        if (const auto match = fuzzyMatch(wanted, entry.text.toStdString()))
            found.push_back({match->score, entry});
    std::stable_sort(found.begin(), found.end(),
                     [](const Scored& a, const Scored& b) { return a.score > b.score; });
    m_found.clear();
    m_list->clear();
    for (const Scored& scored : found) {
        if (m_found.size() == kMostFound)
            break;
        m_found.append(scored.entry);
        auto* item = new QListWidgetItem(scored.entry.text, m_list);
        item->setData(kDetail, scored.entry.detail);
        item->setData(Qt::AccessibleDescriptionRole, scored.entry.detail);
    }
    m_list->setCurrentRow(0);
    place();
}

void Palette::place() {
    const int rows = std::min(kMostRows, std::max(1, static_cast<int>(m_found.size())));
    m_list->setFixedHeight(rows * kRow);
    setFixedWidth(std::min(kWidth, parentWidget()->width() - 40));
    adjustSize();
    QWidget::move((parentWidget()->width() - width()) / 2, 44);
}

void Palette::choose() {
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    const auto run = m_found[row].run;
    dismiss(); // first: what is run may take the focus
    run();
}

void Palette::moveBy(int rows) {
    const int last = m_list->count() - 1;
    if (last >= 0)
        m_list->setCurrentRow(std::clamp(m_list->currentRow() + rows, 0, last));
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_field) {
        if (event->type() == QEvent::Resize && isVisible())
            place();
        return false;
    }
    if (event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
        hide();
        return false;
    }
    if (event->type() == QEvent::ShortcutOverride) { // the window's keys are the field's now
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool ours = key->key() == Qt::Key_Escape || key->modifiers() == Qt::NoModifier;
        event->setAccepted(ours || event->isAccepted());
        return ours;
    }
    if (event->type() != QEvent::KeyPress)
        return false;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return true;
    case Qt::Key_Down:
        moveBy(1);
        return true;
    case Qt::Key_Up:
        moveBy(-1);
        return true;
    case Qt::Key_PageDown:
        moveBy(kPage);
        return true;
    case Qt::Key_PageUp:
        moveBy(-kPage);
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        return true; // there is nowhere else to go
    default:
        return false;
    }
}

} // namespace rankscope::ui
