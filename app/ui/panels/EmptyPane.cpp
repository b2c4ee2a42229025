// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/EmptyPane.h"

#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

QLabel* label(const QString& text, double pixels, bool medium = false, const char* name = nullptr) {
    auto* made = new QLabel(text);
    made->setFont(font::text(pixels, medium));
    if (name != nullptr)
        made->setObjectName(QLatin1String(name));
    return made;
}

/// A dashed frame with an arrow into a tray in its middle, above what is laid out inside.
class DropZone final : public QWidget {
  public:
    static constexpr int kIcon = 40;

  protected:
    void paintEvent(QPaintEvent*) override {
        const auto& theme = widgets::Theme::of(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QPen pen(theme.text3, 1);
        pen.setDashPattern({5, 4});
        painter.setPen(pen);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        const int top = layout()->itemAt(2)->geometry().top() - 8 - kIcon;
        widgets::drawIcon(painter, widgets::Icon::Open,
                          QRectF((width() - kIcon) / 2.0, top, kIcon, kIcon), theme.text2);
    }
};

QFrame* card(const QString& title, QVBoxLayout*& column) {
    auto* frame = new QFrame;
    frame->setObjectName(QStringLiteral("card"));
    frame->setFixedWidth(480);
    column = new QVBoxLayout(frame);
    column->setContentsMargins(22, 20, 22, 20);
    column->setSpacing(8);
    column->addWidget(label(title, 15, true));
    return frame;
}

} // namespace

EmptyPane::EmptyPane(QWidget* parent)
    : QWidget(parent),
      m_listening(label({}, font::kList)),
      m_elapsed(label({}, font::kBody, false, "note")) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* outer = new QVBoxLayout(this);
    auto* block = new QVBoxLayout;
    block->setSpacing(0);
    block->addWidget(label(tr("See the workers behind the average"), font::kFirstRun, true));
    block->addSpacing(8);
    block->addWidget(
        label(tr("Rankscope shows every rank\u2019s loss and gradient direction beside "
                 "their mean. Start in one of two ways."),
              14, false, "soft"));
    block->addSpacing(32);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(22);
    cards->addWidget(watchCard());
    cards->addWidget(openCard());
    block->addLayout(cards);
    block->addSpacing(32);
    block->addWidget(label(tr("Everything stays on this machine: no account, no upload. An absent "
                              "viewer never slows the training job."),
                           font::kList, false, "soft"));
    outer->addStretch(2);
    auto* centre = new QHBoxLayout;
    centre->addStretch();
    centre->addLayout(block);
    centre->addStretch();
    outer->addLayout(centre);
    outer->addStretch(3);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &EmptyPane::tick);
    setListening({});
}

void EmptyPane::addSnippet(QVBoxLayout* column, const QString& words, const QString& code) {
    column->addWidget(label(words, font::kList, false, "soft"));
    auto* box = new QFrame;
    box->setObjectName(QStringLiteral("snippet"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(10, 8, 6, 6);
    QString shown = code.toHtmlEscaped();
    shown.replace(QStringLiteral("--"), QStringLiteral("-\u200C-")); // not joined to one dash
    auto* text = new QLabel(
        QStringLiteral("<div style='white-space:pre; line-height:130%'>%1</div>").arg(shown));
    text->setTextFormat(Qt::RichText);
    text->setFont(font::mono(12));
    auto* copy = new QPushButton(tr("Copy"));
    copy->setAccessibleName(tr("Copy: %1").arg(code));
    connect(copy, &QPushButton::clicked, this,
            [code] { QApplication::clipboard()->setText(code); });
    row->addWidget(text, 1, Qt::AlignVCenter);
    row->addWidget(copy, 0, Qt::AlignBottom);
    column->addWidget(box);
    column->addSpacing(8);
}

QWidget* EmptyPane::watchCard() {
    QVBoxLayout* column = nullptr;
    QFrame* frame = card(tr("Watch a run that is training"), column);
    addSnippet(column, tr("Two lines in the script, on every rank:"),
               QStringLiteral("scope = rankscope.watch(model)\nscope.step(loss, weight=n)"));
    addSnippet(column, tr("Training elsewhere? Let its port lead here:"),
               QStringLiteral("ssh -R 5757:127.0.0.1:5757 \\\n  user@gpu-node"));
    addSnippet(column, tr("Or record there, and open the file here:"),
               QStringLiteral("rankscope record --out run.rankscope"));
    column->addStretch();
    auto* row = new QHBoxLayout;
    row->addWidget(m_listening, 1);
    row->addWidget(m_elapsed);
    column->addLayout(row);
    return frame;
}

QWidget* EmptyPane::openCard() {
    QVBoxLayout* column = nullptr;
    QFrame* frame = card(tr("Open a recorded session"), column);
    auto* zone = new DropZone;
    auto* inside = new QVBoxLayout(zone);
    inside->setSpacing(10);
    inside->addStretch();
    inside->addSpacing(DropZone::kIcon + 8);
    inside->addWidget(label(tr("Drop a .rankscope file here"), 14, true), 0, Qt::AlignHCenter);
    inside->addWidget(label(tr("It is only read, never changed."), font::kList, false, "soft"), 0,
                      Qt::AlignHCenter);
    auto* open = new QPushButton(tr("Open file\u2026"));
    open->setProperty("accent", true);
    connect(open, &QPushButton::clicked, this, &EmptyPane::openRequested);
    inside->addWidget(open, 0, Qt::AlignHCenter);
    inside->addStretch();
    column->addSpacing(8);
    column->addWidget(zone, 1);
    column->addSpacing(8);
    addSnippet(column, tr("From a terminal:"), QStringLiteral("rankscope-gui run.rankscope"));
    return frame;
}

void EmptyPane::setListening(const QString& endpoint) {
    m_listening->setText(endpoint.isEmpty() ? tr("Not listening.")
                                            : tr("Listening. No rank has called yet."));
    m_listening->setToolTip(endpoint);
    m_elapsed->clear();
    if (endpoint.isEmpty()) {
        m_timer.stop();
        return;
    }
    m_since.start();
    m_timer.start();
    tick();
}

QString EmptyPane::listeningText() const {
    return m_listening->text();
}

void EmptyPane::tick() {
    const qint64 seconds = m_since.elapsed() / 1000;
    m_elapsed->setText(QStringLiteral("%1:%2")
                           .arg(seconds / 60, 2, 10, QLatin1Char('0'))
                           .arg(seconds % 60, 2, 10, QLatin1Char('0')));
}

} // namespace rankscope::ui
