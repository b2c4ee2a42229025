// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/EmptyPane.h"

#include "app/engine/session/SessionAddress.h"
#include "app/ui/SampleShelf.h"
#include "app/ui/panels/Card.h"
#include "app/ui/panels/SampleButton.h"
#include "widgets/common/Icons.h"
#include "widgets/common/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

constexpr int kRecentShown = 3;
constexpr std::size_t kDepartingRank = 5, kDepartureStep = 50; ///< of the sample, see ./dev

/// A dashed frame with an arrow into a tray in its middle, above what is laid out inside.
class DropZone final : public QWidget {
  public:
    static constexpr int kIcon = 36;

  protected:
    void paintEvent(QPaintEvent*) override {
        const auto& theme = widgets::Theme::of(this);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QPen pen(theme.text3, 1);
        pen.setDashPattern({5, 4});
        painter.setPen(pen);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        const int top = layout()->itemAt(2)->geometry().top() - 6 - kIcon;
        widgets::drawIcon(painter, widgets::Icon::Open,
                          QRectF((width() - kIcon) / 2.0, top, kIcon, kIcon), theme.text2);
    }
};

} // namespace

EmptyPane::EmptyPane(QWidget* parent)
    : QWidget(parent),
      m_intro(makeLabel({}, 14, false, "soft")),
      m_listening(makeLabel({}, font::kList)),
      m_elapsed(makeLabel({}, font::kBody, false, "note")),
      m_recent(new QVBoxLayout) {
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* outer = new QVBoxLayout(this);
    auto* block = new QVBoxLayout;
    block->setSpacing(0);
    block->addWidget(makeLabel(tr("See the workers behind the average"), font::kFirstRun, true));
    block->addSpacing(6);
    block->addWidget(m_intro);
    block->addSpacing(24);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(22);
    for (QWidget* card : {watchCard(), openCard(), sampleCard()})
        cards->addWidget(card);
    block->addLayout(cards);
    block->addSpacing(24);
    block->addWidget(makeLabel(tr("Everything stays on this machine: no account, no upload. An "
                                  "absent viewer never slows the training job."),
                               font::kList, false, "soft"));
    block->addSpacing(6);
    block->addWidget(makeLabel(tr("<b>?</b> shortcuts &nbsp;&nbsp; <b>Ctrl+Shift+P</b> any command "
                                  "&nbsp;&nbsp; <b>Ctrl+O</b> open &nbsp;&nbsp; "
                                  "<b>Ctrl+Shift+A</b> attach to a recorder"),
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
    setSource({}, 0);
}

QWidget* EmptyPane::watchCard() {
    auto* card = new Card(tr("Watch a run that is training"));
    card->addSnippet(tr("Three lines in the script, on every rank:"),
                     QStringLiteral("import rankscope\n"
                                    "scope = rankscope.watch(model)\n"
                                    "scope.step(loss, weight=n)"));
    card->addSnippet(tr("Then start it as ever:"),
                     QStringLiteral("torchrun --nproc-per-node 8 \\\n  train.py"));
    card->addSnippet(tr("Training elsewhere? It prints this line; then attach:"),
                     QStringLiteral("ssh -N -L 5758:127.0.0.1:PORT \\\n  user@gpu-node"));
    card->column()->addStretch();
    auto* row = new QHBoxLayout;
    row->addWidget(m_listening, 1);
    row->addWidget(m_elapsed);
    card->column()->addLayout(row);
    return card;
}

QWidget* EmptyPane::openCard() {
    auto* card = new Card(tr("Open a recorded session"));
    auto* zone = new DropZone;
    auto* inside = new QVBoxLayout(zone);
    inside->setSpacing(8);
    inside->addStretch();
    inside->addSpacing(DropZone::kIcon + 6);
    inside->addWidget(makeLabel(tr("Drop .rankscope files here"), 14, true), 0, Qt::AlignHCenter);
    inside->addWidget(makeLabel(tr("Two or more open side by side."), font::kList, false, "soft"),
                      0, Qt::AlignHCenter);
    auto* open = new QPushButton(tr("Open files\u2026"));
    open->setProperty("accent", true);
    connect(open, &QPushButton::clicked, this, &EmptyPane::openRequested);
    inside->addWidget(open, 0, Qt::AlignHCenter);
    inside->addStretch();
    card->column()->addSpacing(4);
    card->column()->addWidget(zone, 1);
    card->column()->addSpacing(8);
    card->addHeading(tr("Recent"));
    m_recent->setSpacing(2);
    m_recent->addWidget(makeLabel(tr("Nothing yet. Files that you open are kept here."),
                                  font::kList, false, "soft"));
    card->column()->addLayout(m_recent);
    card->column()->addSpacing(8);
    card->addHeading(tr("From a terminal"));
    card->addCode(QStringLiteral("rankscope-gui run.rankscope\n"
                                 "rankscope record --out run.rankscope"));
    return card;
}

QWidget* EmptyPane::sampleCard() {
    auto* card = new Card(tr("Look at a sample"));
    card->addWords(tr("Recorded from real runs on 8 ranks."));
    const auto add = [&](const QString& title, const QString& words, const QStringList& names,
                         SampleButton::Picture picture) {
        auto* button = new SampleButton(title, words, std::move(picture));
        button->setObjectName(names.join(QLatin1Char('+')));
        connect(button, &QAbstractButton::clicked, this,
                [this, names] { emit samplesRequested(names); });
        card->column()->addWidget(button);
        card->column()->addSpacing(3);
    };
    using Shelf = SampleShelf;
    add(tr("One rank departs"),
        tr("Corrupt shard on rank %1, step %2").arg(kDepartingRank).arg(kDepartureStep),
        {Shelf::kDeparting},
        {Shelf::losses(Shelf::kDeparting), kDepartingRank, kDepartureStep, {}});
    add(tr("A healthy run"), tr("Every rank its own part of the data"), {Shelf::kHealthy},
        {Shelf::losses(Shelf::kHealthy), std::nullopt, 0, {}});
    add(tr("Two seeds side by side"), tr("The same training, seeds 13 and 14"),
        {Shelf::kHealthy, Shelf::kOtherSeed},
        {{meanOf(Shelf::losses(Shelf::kHealthy))},
         std::nullopt,
         0,
         meanOf(Shelf::losses(Shelf::kOtherSeed))});
    card->column()->addStretch();
    return card;
}

void EmptyPane::setRecent(const QStringList& files) {
    if (files.mid(0, kRecentShown) == m_recentFiles)
        return;
    m_recentFiles = files.mid(0, kRecentShown);
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& file : m_recentFiles) {
        auto* button = new QPushButton;
        button->setProperty("link", true);
        const auto name = QString::fromStdString(engine::addressName(file.toStdString()));
        button->setText(button->fontMetrics().elidedText(name, Qt::ElideMiddle, 290));
        button->setToolTip(file);
        button->setAccessibleName(tr("Open %1").arg(file));
        connect(button, &QPushButton::clicked, this, [this, file] { emit fileRequested(file); });
        m_recent->addWidget(button, 0, Qt::AlignLeft);
    }
    if (m_recentFiles.isEmpty())
        m_recent->addWidget(makeLabel(tr("Nothing yet. Files that you open are kept here."),
                                      font::kList, false, "soft"));
}

void EmptyPane::setSource(const std::optional<Source>& source, std::uint32_t called) {
    const bool listens = source && !source->endpoint.empty();
    const bool follows = source && !listens && (source->remote || source->live);
    const std::string address = listens ? source->endpoint : follows ? source->file : "";
    const QString shown = QString::fromStdString(address);
    const QString whom = QString::fromStdString(engine::addressName(address));
    const bool keys = follows && source->remote && !engine::isEndpoint(address);
    QString intro = tr("Rankscope shows every rank\u2019s loss and gradient direction beside their "
                       "mean. Start in one of three ways.");
    if (follows)
        intro = (source->remote ? tr("Attached to %1.") : tr("%1 is being recorded.")).arg(whom) +
                QLatin1Char(' ') +
                (keys ? tr("Start the training with RANKSCOPE_ENDPOINT naming the recorder\u2019s "
                           "connection file; its first step appears here.")
                      : tr("Start the training with RANKSCOPE_ENDPOINT as the recorder printed it "
                           "after \u201Clistening\u201D; its first step appears here."));
    m_intro->setText(intro);
    if (called > 0 && (listens || follows))
        m_listening->setText(tr("Ranks have called; none has finished a step."));
    else if (listens)
        m_listening->setText(tr("Listening. No rank has called yet."));
    else if (follows)
        m_listening->setText(source->remote ? tr("Attached. No rank has called there yet.")
                                            : tr("Being recorded. No rank has called yet."));
    else
        m_listening->setText(tr("Not listening."));
    m_listening->setToolTip(shown);
    if (std::exchange(m_waitsFor, address) == address)
        return;
    m_elapsed->clear();
    if (address.empty()) {
        m_timer.stop();
        return;
    }
    m_since.start();
    m_timer.start();
    tick();
}

QString EmptyPane::introText() const {
    return m_intro->text();
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
