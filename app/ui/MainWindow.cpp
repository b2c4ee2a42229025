// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"

#include "app/engine/session/SessionAddress.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/EngineAdapter.h"
#include "app/ui/Listener.h"
#include "app/ui/NoteKeeper.h"
#include "app/ui/Remedies.h"
#include "app/ui/RunController.h"
#include "app/ui/SampleShelf.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/actions/ChartMenu.h"
#include "app/ui/models/Words.h"
#include "app/ui/panels/Bars.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/DroppedFiles.h"
#include "app/ui/panels/EmptyPane.h"
#include "app/ui/panels/Prompt.h"
#include "app/ui/panels/RunBar.h"
#include "app/ui/panels/RunPane.h"
#include "app/ui/panels/VerdictBar.h"
#include "app/ui/settings/PreferenceStore.h"
#include "widgets/common/Theme.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QProcess>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

} // namespace

MainWindow::MainWindow(const Parts& parts, QWidget* parent)
    : QMainWindow(parent),
      m_adapter(parts.adapter),
      m_controller(parts.controller),
      m_preferences(parts.preferences),
      m_listener(parts.listener),
      m_bar(new RunBar(parts.controller)),
      m_verdict(new VerdictBar),
      m_pages(new QStackedWidget),
      m_empty(new EmptyPane),
      m_run(new RunPane(parts.controller)),
      m_prompt(new Prompt(this)),
      m_samples(new SampleShelf(this)),
      m_notes(new NoteKeeper(parts.controller, this)),
      m_remedies(new Remedies(*this, parts.controller, parts.listener)),
      m_statusLeft(new QLabel),
      m_statusRight(new QLabel) {
    words::setTranslate([](const char* context, const char* text, int n) {
        return QCoreApplication::translate(context, text, nullptr, n).toStdString();
    });
    setWindowIcon(QIcon(QStringLiteral(":/rankscope/icons/rankscope.svg")));
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_run);
    setCentralWidget(m_pages);
    const ActionScope scope{this, &m_controller, &m_preferences, &m_listener};
    for (auto* add : {addFileMenu, addViewMenu, addRunMenu, addCompareMenu, addFiguresMenu,
                      addWindowMenu, addHelpMenu})
        add(scope);
    connect(m_run->charts(), &ChartsPane::contextRequested, this,
            [scope](ChartKind kind, QPoint global, double step, double y, int rank, int note,
                    int reference) {
                showChartMenu(scope, {kind, global, step, y, rank, note, reference});
            });
    makeTopBars();
    makeStatusBar();
    m_compare = new CompareDesk(*this);

    auto* controller = &m_controller;
    connect(controller, &RunController::changed, this, &MainWindow::refresh);
    connect(controller, &RunController::sourceChanged, this, &MainWindow::refresh);
    connect(controller, &RunController::cursorChanged, m_run, &RunPane::refreshCursor);
    connect(controller, &RunController::sourceChanged, this, [this] {
        if (statusBar()->currentMessage() == m_asking)
            statusBar()->clearMessage(); // the answer is there
        m_remembered.clear();
        remember();
    });
    connectFirstPage();
    connect(m_verdict, &VerdictBar::remedyClicked, this, [this](int index) {
        const auto remedies = m_remedies->now();
        if (index < remedies.size())
            remedies[index].run();
    });
    refresh();
    setFocus(); // no control looks picked before the user has touched one
}

void MainWindow::restore() {
    const Preferences& kept = m_preferences.get();
    if (!kept.geometry.isEmpty())
        restoreGeometry(kept.geometry);
    m_run->setLayout(kept.layout);
}

void MainWindow::connectFirstPage() {
    connect(m_empty, &EmptyPane::openRequested, this, &MainWindow::chooseFiles);
    connect(m_empty, &EmptyPane::fileRequested, this,
            [this](const QString& file) { openFiles({file}); });
    connect(m_empty, &EmptyPane::samplesRequested, m_samples, &SampleShelf::fetch);
    connect(m_samples, &SampleShelf::fetched, this, &MainWindow::openFiles);
    connect(m_samples, &SampleShelf::failed, &m_controller, &RunController::report);
    const auto showRecent = [this] {
        QStringList there;
        for (const QString& file : m_preferences.get().recent)
            if (!m_preferences.isGone(file))
                there.append(file);
        m_empty->setRecent(there);
    };
    connect(&m_preferences, &PreferenceStore::changed, this, showRecent);
    showRecent();
}

/// Files that could be opened, and recordings as soon as a rank has sent something.
void MainWindow::remember() {
    const auto& source = m_controller.source();
    if (!source || m_controller.error() || (!source->endpoint.empty() && !showsRun()))
        return;
    const QString file = text(source->file);
    if (file == m_remembered || SampleShelf::holds(file))
        return;
    m_remembered = file;
    m_preferences.change([&](Preferences& kept) { kept.addRecent(file); });
}

void MainWindow::closeEvent(QCloseEvent* event) {
    const auto& source = m_controller.source();
    m_preferences.change([&](Preferences& kept) {
        kept.geometry = saveGeometry();
        kept.layout = m_run->layoutState();
        kept.session.clear();
        if (source && source->endpoint.empty())
            kept.session.append(text(source->file));
    });
    QMainWindow::closeEvent(event);
}

void MainWindow::makeTopBars() {
    m_bar->setLogY(findChild<QAction*>(QStringLiteral("logY")));
    m_bar->setFind(findChild<QAction*>(QStringLiteral("palette")));
    m_barRow = addFixedBar(this, tr("Run"), "runBar", m_bar);
    addToolBarBreak();
    m_verdictRow = addFixedBar(this, tr("Verdict"), "verdictBar", m_verdict);
}

void MainWindow::makeStatusBar() {
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setFixedHeight(24);
    for (QLabel* label : {m_statusLeft, m_statusRight})
        label->setFont(font::text(font::kAxis));
    m_statusLeft->setContentsMargins(10, 0, 0, 0);
    m_statusRight->setContentsMargins(0, 0, 8, 0);
    m_statusLeft->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    statusBar()->addWidget(m_statusLeft, 1);
    statusBar()->addPermanentWidget(m_statusRight);
}

void MainWindow::refresh() {
    const engine::RunFrame* frame = m_controller.frame();
    const auto& source = m_controller.source();
    const bool hasRun = frame != nullptr && !frame->empty;
    refreshVerdict();
    m_barRow->setVisible(m_comparison == nullptr); // a comparison brings its own
    if (m_comparison != nullptr) {
        m_pages->setCurrentWidget(m_comparison);
        return;
    }
    refreshBar();
    m_empty->setSource(source, frame != nullptr ? frame->status.world : 0);
    m_pages->setCurrentWidget(hasRun ? static_cast<QWidget*>(m_run) : m_empty);
    if (hasRun) {
        m_run->refresh();
        remember();
    }
    m_statusLeft->setText(source ? text(statusLeft(*source, frame, m_controller.link()))
                                 : QString());
    m_statusRight->setText(text(statusRight(frame)));
}

void MainWindow::refreshVerdict() {
    const engine::RunFrame* frame = m_controller.frame();
    const auto& source = m_controller.source();
    Verdict shown;
    if (m_controller.error())
        shown = ui::verdict(*m_controller.error(), source.has_value());
    else if (frame != nullptr)
        shown = ui::verdict(*frame);
    m_verdict->setVerdict(shown);
    QStringList remedies;
    for (const Remedy& remedy : m_remedies->now())
        remedies.append(remedy.text);
    m_verdict->setRemedies(remedies);
    const bool hasRun = frame != nullptr && !frame->empty;
    m_verdictRow->setVisible(m_comparison == nullptr && (hasRun || !shown.headline.empty()));
}

void MainWindow::refreshBar() {
    const engine::RunFrame* frame = m_controller.frame();
    const auto& source = m_controller.source();
    const bool known =
        frame != nullptr && (!frame->empty || frame->status.state == engine::RunState::Replay ||
                             frame->status.world > 0);
    if (known) {
        const QString name = text(runName(frame->status));
        m_bar->setRun(pillText(frame->status, m_controller.view().held()), name,
                      text(runSummary(*frame)));
        setWindowTitle(tr("%1 \u2013 Rankscope").arg(name));
    } else {
        QString name = tr("No run yet"), summary;
        if (source && !source->endpoint.empty()) {
            summary = tr("listening on %1").arg(text(source->endpoint));
        } else if (source && (source->remote || source->live)) {
            const QString whom = text(engine::addressName(source->file));
            name = source->remote ? tr("Attached to %1").arg(whom) : whom;
            summary = source->remote ? tr("no rank has called there yet")
                                     : tr("being recorded, no rank has called yet");
        }
        m_bar->setRun({Pill::Waiting, "WAITING"}, name, summary);
        setWindowTitle(tr("Rankscope"));
    }
    m_bar->showControls(frame != nullptr && !frame->empty);
}

StatePill* MainWindow::pill() const {
    return m_bar->pill();
}

QString MainWindow::statusText() const {
    return m_statusLeft->text();
}

bool MainWindow::showsRun() const {
    return m_pages->currentWidget() == m_run;
}

void MainWindow::chooseFiles() {
    const QStringList files = QFileDialog::getOpenFileNames(
        this, tr("Open sessions"), {}, tr("Sessions (*.rankscope);;All files (*)"));
    if (!files.isEmpty())
        openFiles(files);
}

void MainWindow::openFiles(const QStringList& files) {
    if (files.size() > 1)
        emit compareRequested(files);
    else if (!files.isEmpty())
        openFile(files.first());
}

void MainWindow::openFile(const QString& file) {
    leaveComparison();
    const auto& source = m_controller.source();
    const bool recording = source && !source->endpoint.empty() && showsRun();
    if (recording) // the recording of a run that trains is never ended by a look at another
        QProcess::startDetached(QApplication::applicationFilePath(), {file});
    else
        m_adapter.openFile(file.toStdString());
    if (!recording && engine::isEndpoint(file.toStdString())) {
        m_asking = tr("Asking %1").arg(file);
        statusBar()->showMessage(m_asking);
    }
    m_remedies->setTried(file);
}

void MainWindow::showComparison(QWidget* page) {
    if (m_pages->indexOf(page) < 0)
        m_pages->addWidget(page);
    m_comparison = page;
    refresh();
    emit pageChanged();
}

void MainWindow::setComparisonTexts(const QString& title, const QString& left,
                                    const QString& right) {
    setWindowTitle(tr("%1 \u2013 Rankscope").arg(title));
    m_statusLeft->setText(left);
    m_statusRight->setText(right);
}

void MainWindow::leaveComparison() {
    if (m_comparison == nullptr)
        return;
    m_comparison = nullptr;
    refresh();
    emit pageChanged();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    openFiles(droppedFiles(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace rankscope::ui
