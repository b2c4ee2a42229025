// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/MainWindow.h"

#include "app/ui/EngineAdapter.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/EmptyPane.h"
#include "app/ui/panels/HelpSheet.h"
#include "app/ui/panels/RunPane.h"
#include "app/ui/panels/StatePill.h"
#include "app/ui/panels/VerdictBar.h"
#include "widgets/common/Theme.h"

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

QToolBar* fixedBar(QMainWindow* window, const QString& title, const char* name, QWidget* content) {
    auto* bar = new QToolBar(title);
    bar->setObjectName(QLatin1String(name));
    bar->setMovable(false);
    bar->addWidget(content);
    bar->toggleViewAction()->setVisible(false);
    window->addToolBar(bar);
    return bar;
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

} // namespace

MainWindow::MainWindow(EngineAdapter& adapter, RunController& controller, QWidget* parent)
    : QMainWindow(parent),
      m_adapter(adapter),
      m_controller(controller),
      m_pill(new StatePill),
      m_name(new QLabel),
      m_summary(new QLabel),
      m_logY(new QPushButton(tr("Log y"))),
      m_verdict(new VerdictBar),
      m_pages(new QStackedWidget),
      m_empty(new EmptyPane),
      m_run(new RunPane(controller)),
      m_statusLeft(new QLabel),
      m_statusRight(new QLabel) {
    setWindowIcon(QIcon(QStringLiteral(":/rankscope/icons/rankscope.svg")));
    setAcceptDrops(true);
    setContextMenuPolicy(Qt::NoContextMenu);
    makeTopBars();
    makeMenus();
    makeRunMenu();
    makeHelpMenu();
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_run);
    setCentralWidget(m_pages);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setFixedHeight(24);
    for (QLabel* label : {m_statusLeft, m_statusRight})
        label->setFont(font::text(font::kAxis));
    m_statusLeft->setContentsMargins(10, 0, 0, 0);
    m_statusRight->setContentsMargins(0, 0, 8, 0);
    m_statusLeft->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    statusBar()->addWidget(m_statusLeft, 1);
    statusBar()->addPermanentWidget(m_statusRight);

    connect(&controller, &RunController::changed, this, &MainWindow::refresh);
    connect(&controller, &RunController::sourceChanged, this, &MainWindow::refresh);
    connect(&controller, &RunController::cursorChanged, m_run, &RunPane::refreshCursor);
    connect(&controller, &RunController::sourceChanged, this, [this] {
        const auto& source = m_controller.source();
        const bool listening = source && !source->endpoint.empty();
        m_empty->setListening(listening ? text(source->endpoint) : QString());
    });
    connect(m_empty, &EmptyPane::openRequested, this, &MainWindow::chooseFile);
    connect(m_verdict, &VerdictBar::remedyClicked, this, &MainWindow::freePortRequested);
    refresh();
    setFocus(); // no control looks picked before the user has touched one
}

void MainWindow::makeTopBars() {
    auto* row = new QWidget;
    row->setFixedHeight(39);
    row->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(10);
    m_name->setFont(font::text(font::kBody, true));
    m_summary->setObjectName(QStringLiteral("soft"));
    m_logY->setCheckable(true);
    m_logY->setToolTip(tr("Logarithmic y axis for losses and dispersions (Ctrl+Y)"));
    layout->addWidget(m_pill);
    layout->addSpacing(4);
    layout->addWidget(m_name);
    layout->addWidget(m_summary);
    layout->addStretch();
    layout->addWidget(m_logY);
    fixedBar(this, tr("Run"), "runBar", row);
    addToolBarBreak();
    fixedBar(this, tr("Verdict"), "verdictBar", m_verdict);
    connect(m_logY, &QPushButton::toggled, &m_controller, &RunController::setLogY);
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("File"));
    file->addAction(tr("Open\u2026"), QKeySequence(Qt::CTRL | Qt::Key_O), this,
                    &MainWindow::chooseFile);
    file->addSeparator();
    file->addAction(tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close);

    QMenu* view = menuBar()->addMenu(tr("View"));
    QAction* logY = view->addAction(tr("Log y"));
    logY->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Y));
    logY->setCheckable(true);
    connect(logY, &QAction::toggled, m_logY, &QPushButton::setChecked);
    connect(m_logY, &QPushButton::toggled, logY, &QAction::setChecked);
    QAction* norms = view->addAction(tr("Gradient norms, not their dispersion"));
    norms->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_G));
    norms->setCheckable(true);
    connect(norms, &QAction::triggered, &m_controller, &RunController::setNorms);
    connect(&m_controller, &RunController::changed, norms,
            [this, norms] { norms->setChecked(m_controller.chartOptions().norms); });
    QAction* light = view->addAction(tr("Light theme"));
    light->setCheckable(true);
    light->setChecked(!widgets::Theme::of(this).dark);
    connect(light, &QAction::toggled, this, [](bool on) {
        widgets::applyTheme(on ? widgets::Theme::lightTheme() : widgets::Theme::darkTheme());
    });
    view->addAction(tr("Reset view"), QKeySequence(Qt::CTRL | Qt::Key_0), &m_controller,
                    &RunController::resetView);
    view->addSeparator();
    for (Dock* dock : m_run->docks())
        view->addAction(dock->toggleViewAction());
}

void MainWindow::makeRunMenu() {
    QMenu* run = menuBar()->addMenu(tr("Run"));
    auto* c = &m_controller;
    const auto step = [&](const QString& name, QKeySequence keys, int steps) {
        run->addAction(name, keys, c, [c, steps] { c->moveBy(steps); });
    };
    run->addAction(tr("Play or pause"), QKeySequence(Qt::Key_Space), c,
                   &RunController::playOrPause);
    run->addAction(tr("Live"), QKeySequence(Qt::Key_L), c, &RunController::goLive);
    run->addSeparator();
    step(tr("One step back"), QKeySequence(Qt::Key_Left), -1);
    step(tr("One step forward"), QKeySequence(Qt::Key_Right), 1);
    step(tr("Ten steps back"), QKeySequence(Qt::SHIFT | Qt::Key_Left), -10);
    step(tr("Ten steps forward"), QKeySequence(Qt::SHIFT | Qt::Key_Right), 10);
    run->addAction(tr("First step"), QKeySequence(Qt::Key_Home), c, &RunController::toFirst);
    run->addAction(tr("Last step"), QKeySequence(Qt::Key_End), c, &RunController::toLast);
    run->addSeparator();
    run->addAction(tr("Deselect"), QKeySequence(Qt::Key_Escape), c, &RunController::clearSelection);
}

void MainWindow::makeHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("Help"));
    help->addAction(tr("Keyboard shortcuts"), QKeySequence(Qt::Key_Question), this, [this] {
        (new HelpSheet(tr("Keyboard shortcuts"), shortcutRows(*menuBar()), this))->show();
    });
    help->addAction(tr("About Rankscope"), this,
                    [this] { (new HelpSheet(tr("About Rankscope"), aboutRows(), this))->show(); });
}

void MainWindow::refresh() {
    const engine::RunFrame* frame = m_controller.frame();
    const auto& source = m_controller.source();
    const bool hasRun = frame != nullptr && !frame->empty;

    Verdict shown;
    if (m_controller.error())
        shown = ui::verdict(*m_controller.error(), source.has_value());
    else if (frame != nullptr)
        shown = ui::verdict(*frame);
    m_verdict->setVerdict(shown);
    const bool busyPort =
        !source && m_controller.error() && m_controller.error()->code == ErrorCode::Busy;
    m_verdict->setRemedy(busyPort ? tr("Listen on a free port") : QString());
    findChild<QToolBar*>(QStringLiteral("verdictBar"))
        ->setVisible(hasRun || !shown.headline.empty());

    const bool replayed = frame != nullptr && frame->status.state == engine::RunState::Replay;
    if (hasRun || replayed || (frame != nullptr && frame->status.world > 0)) {
        m_pill->setText(pillText(frame->status, m_controller.view().held()));
        m_name->setText(text(runName(frame->status)));
        setWindowTitle(tr("%1 \u2013 Rankscope").arg(m_name->text()));
        m_summary->setText(text(runSummary(*frame)));
    } else {
        m_pill->setText({Pill::Waiting, "WAITING"});
        m_name->setText(tr("No run yet"));
        setWindowTitle(tr("Rankscope"));
        m_summary->setText(source && !source->endpoint.empty()
                               ? tr("listening on %1").arg(text(source->endpoint))
                               : QString());
    }
    m_logY->setVisible(hasRun);
    m_pages->setCurrentWidget(hasRun ? static_cast<QWidget*>(m_run) : m_empty);
    if (hasRun)
        m_run->refresh();
    m_statusLeft->setText(source ? text(statusLeft(*source, frame, m_controller.link()))
                                 : QString());
    m_statusRight->setText(text(statusRight(frame)));
}

QString MainWindow::statusText() const {
    return m_statusLeft->text();
}

bool MainWindow::showsRun() const {
    return m_pages->currentWidget() == m_run;
}

void MainWindow::chooseFile() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a session"), {},
                                                      tr("Sessions (*.rankscope);;All files (*)"));
    if (!file.isEmpty())
        open(file);
}

void MainWindow::open(const QString& file) {
    const auto& source = m_controller.source();
    const bool recording = source && !source->endpoint.empty() && showsRun();
    if (recording) // the recording of a run that trains is never ended by a look at another
        QProcess::startDetached(QApplication::applicationFilePath(), {file});
    else
        m_adapter.openFile(file.toStdString());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    open(event->mimeData()->urls().first().toLocalFile());
    event->acceptProposedAction();
}

} // namespace rankscope::ui
