// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareDesk.h"

#include "app/ui/CompareController.h"
#include "app/ui/MainWindow.h"
#include "app/ui/models/CompareWords.h"
#include "app/ui/panels/ComparePane.h"

#include <QAction>
#include <QFileDialog>
#include <QMenu>

namespace rankscope::ui {
namespace {

/// Of the view menu: what acts on the run.
constexpr const char* kRunsActions[] = {
    "logY",     "norms",  "soloRank", "hideRank", "pinRank",    "showAllRanks", "undoView",
    "redoView", "zoomIn", "zoomOut",  "panBack",  "panForward", "resetView"};

} // namespace

CompareDesk::CompareDesk(MainWindow& window) : QObject(&window), m_window(window) {
    connect(&window, &MainWindow::compareRequested, this, &CompareDesk::open);
    connect(&window, &MainWindow::pageChanged, this, [this] {
        restRunActions();
        if (m_controller != nullptr && !m_window.compares())
            m_controller->setFiles({}); // lets go of the files
    });
}

void CompareDesk::open(const QStringList& files) {
    if (m_page == nullptr) {
        m_controller = new CompareController(this);
        m_page = new ComparePane(*m_controller);
        connect(m_controller, &CompareController::changed, this, &CompareDesk::refresh);
        connect(m_page, &ComparePane::openRequested, this, [this] { chooseBeside({}); });
    }
    m_controller->setFiles(files);
    m_window.showComparison(m_page);
    refresh();
}

void CompareDesk::chooseBeside(const QString& file) {
    auto* dialog = new QFileDialog(&m_window, tr("Compare with"), {},
                                   tr("Sessions (*.rankscope);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this, file](const QStringList& files) {
        if (m_window.compares())
            m_controller->addFiles(files);
        else
            open(QStringList(file) + files);
    });
    dialog->open();
}

void CompareDesk::refresh() {
    if (!m_window.compares())
        return;
    if (m_controller->files().isEmpty()) { // the last session was closed
        m_window.leaveComparison();
        return;
    }
    if (const engine::CompareFrame* frame = m_controller->frame())
        m_window.setComparisonTexts(QString::fromStdString(compareTitle(*frame)),
                                    QString::fromStdString(compareStatusLeft(*frame)),
                                    QString::fromStdString(compareStatusRight(*frame)));
}

void CompareDesk::restRunActions() {
    const bool rest = m_window.compares();
    if (auto* menu = m_window.findChild<QMenu*>(QStringLiteral("runMenu")))
        menu->menuAction()->setEnabled(!rest); // and with it the keys
    for (const char* name : kRunsActions)
        if (auto* action = m_window.findChild<QAction*>(QLatin1String(name)))
            action->setEnabled(!rest);
}

} // namespace rankscope::ui
