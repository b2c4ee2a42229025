// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/CompareController.h"
#include "app/ui/CompareDesk.h"
#include "app/ui/FigureMaker.h"
#include "app/ui/FigureOfRun.h"
#include "app/ui/MainWindow.h"
#include "app/ui/RunController.h"
#include "app/ui/actions/Actions.h"
#include "app/ui/panels/ChartsPane.h"
#include "app/ui/panels/Dock.h"
#include "app/ui/panels/FigurePane.h"
#include "app/ui/panels/RankDocks.h"
#include "app/ui/panels/RunPane.h"
#include "app/ui/settings/PreferenceStore.h"
#include "widgets/charts/ChartPanel.h"
#include "widgets/heatmap/StepMapView.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QMimeData>
#include <QPixmap>
#include <QStatusBar>

namespace rankscope::ui {
namespace {

using figures::PanelKind;

constexpr int kMessageMs = 6'000;
constexpr int kPaneWidth = 340;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FigureActions)
};

/// The panel that has the keyboard's focus.
std::optional<PanelKind> focusedPanel(const RunPane& run, bool norms) {
    const ChartsPane& charts = *run.charts();
    if (charts.panel(ChartKind::Loss)->hasFocus())
        return PanelKind::Loss;
    if (charts.panel(ChartKind::LossDispersion)->hasFocus())
        return PanelKind::Dispersion;
    if (charts.panel(ChartKind::Direction)->hasFocus())
        return PanelKind::Direction;
    if (charts.panel(ChartKind::NormDispersion)->hasFocus())
        return norms ? PanelKind::Norms : PanelKind::NormDispersion;
    if (run.cosines()->hasFocus())
        return PanelKind::Cosine;
    if (run.layers()->hasFocus())
        return PanelKind::Layers;
    if (run.steps()->hasFocus())
        return PanelKind::Ranks;
    return std::nullopt;
}

/// What the menu's actions share; the window owns it.
class Figures final : public QObject {
  public:
    explicit Figures(const ActionScope& scope)
        : QObject(scope.window),
          m_window(scope.window),
          m_controller(scope.controller),
          m_pane(new FigurePane(*scope.controller, *m_window->run()->ranks(), m_maker)),
          m_dock(new Dock("figureDock", Words::tr("Figure"), m_pane, m_window->run())) {
        m_window->run()->addDockWidget(Qt::LeftDockWidgetArea, m_dock);
        m_dock->hide();
        m_pane->setFolder(scope.preferences->get().figureFolder);
        connect(m_pane, &FigurePane::folderChosen, scope.preferences,
                [kept = scope.preferences](const QString& folder) {
                    kept->change([&](Preferences& p) { p.figureFolder = folder; });
                });
        connect(&m_maker, &FigureMaker::pictureMade, this, &Figures::takePicture);
        connect(&m_maker, &FigureMaker::numbersMade, this, &Figures::takeNumbers);
        connect(&m_maker, &FigureMaker::written, this, [this](const QStringList& files) {
            if (m_window->compares())
                say(Words::tr("Wrote %1.").arg(QDir::toNativeSeparators(files.first())));
        });
        connect(&m_maker, &FigureMaker::failed, this, [this](const Error& error) {
            if (!m_pane->isVisible())
                say(figureProblem(error));
        });
    }

    void showPane() {
        if (const auto panel = focused())
            m_pane->setPanel(*panel);
        const bool first = m_dock->isHidden();
        m_dock->show();
        if (first)
            m_window->run()->resizeDocks({m_dock}, {kPaneWidth}, Qt::Horizontal);
        m_pane->takeFocus();
    }
    void exportComparison() {
        auto* dialog =
            new QFileDialog(m_window, Words::tr("Export the comparison"),
                            QDir(m_pane->folder()).filePath(QStringLiteral("comparison")));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setNameFilters(
            {Words::tr("PDF (*.pdf)"), Words::tr("SVG (*.svg)"), Words::tr("PNG (*.png)")});
        dialog->setDefaultSuffix(QStringLiteral("pdf"));
        connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
            dialog->setDefaultSuffix(filter.left(3).toLower());
        });
        dialog->setModal(false); // a live run stays at hand
        connect(dialog, &QFileDialog::fileSelected, this, &Figures::writeComparison);
        dialog->show();
    }
    void writeComparison(const QString& file) {
        const CompareController* controller = m_window->compare()->controller();
        const auto figure = controller == nullptr ? std::nullopt : figureOf(*controller);
        figures::FigureTarget target;
        target.file = file.toStdString();
        if (figure)
            m_maker.write(*figure, target, false);
    }
    void copyPicture() {
        if (const auto figure = wanted())
            m_maker.makePicture(*figure);
    }
    void copyNumbers() {
        if (const auto figure = wanted())
            m_maker.makeNumbers(*figure);
    }

  private:
    [[nodiscard]] std::optional<PanelKind> focused() const {
        return focusedPanel(*m_window->run(), m_controller->chartOptions().norms);
    }
    [[nodiscard]] std::optional<figures::FigureRequest> wanted() const {
        return figureOf(*m_controller, *m_window->run()->ranks(), {panel()});
    }
    [[nodiscard]] PanelKind panel() const { return focused().value_or(m_pane->panel()); }

    void takePicture(const QImage& image, const QByteArray& svg) {
        auto* data = new QMimeData;
        data->setImageData(image);
        data->setData(QStringLiteral("image/svg+xml"), svg);
        QApplication::clipboard()->setMimeData(data);
        say(Words::tr("The panel is in the clipboard as a picture."));
        releaseSoon();
    }
    void takeNumbers(const QByteArray& csv) {
        auto* data = new QMimeData;
        data->setText(QString::fromUtf8(csv));
        data->setData(QStringLiteral("text/csv"), csv);
        QApplication::clipboard()->setMimeData(data);
        const auto rows = static_cast<int>(csv.count('\n')) - 1;
        say(Words::tr("%n rows of values are in the clipboard.", "", rows));
        releaseSoon();
    }
    void releaseSoon() {
        if (m_dock->isHidden())
            m_maker.release();
    }
    void say(const QString& words) { m_window->statusBar()->showMessage(words, kMessageMs); }

    MainWindow* m_window;
    RunController* m_controller;
    FigureMaker m_maker;
    FigurePane* m_pane;
    Dock* m_dock;
};

} // namespace

void addFiguresMenu(const ActionScope& scope) {
    MainWindow* window = scope.window;
    auto* figures = new Figures(scope);
    QMenu* menu = addMenu(scope, "figuresMenu", Words::tr("F&igures"));
    QAction* exporting =
        addAction(menu, "exportFigure", Words::tr("Export figure\u2026"), Qt::CTRL | Qt::Key_E);
    QObject::connect(exporting, &QAction::triggered, figures, &Figures::showPane);
    QAction* comparison =
        addAction(menu, "exportComparison", Words::tr("Export the comparison\u2026"));
    QObject::connect(comparison, &QAction::triggered, figures, &Figures::exportComparison);
    menu->addSeparator();
    QAction* picture = addAction(menu, "copyPanel", Words::tr("Copy panel as picture"),
                                 Qt::CTRL | Qt::SHIFT | Qt::Key_C);
    QObject::connect(picture, &QAction::triggered, figures, &Figures::copyPicture);
    QAction* values = addAction(menu, "copyValues", Words::tr("Copy values as CSV"));
    QObject::connect(values, &QAction::triggered, figures, &Figures::copyNumbers);
    QObject::connect(addAction(menu, "copyWindow", Words::tr("Copy a picture of the window")),
                     &QAction::triggered, window,
                     [window] { QApplication::clipboard()->setPixmap(window->grab()); });
    const auto refresh = [=, controller = scope.controller] {
        const bool run =
            controller->frame() != nullptr && !controller->frame()->empty && !window->compares();
        comparison->setEnabled(window->compares());
        for (QAction* action : {exporting, picture, values})
            action->setEnabled(run);
    };
    refresh();
    QObject::connect(window, &MainWindow::pageChanged, menu, refresh);
    QObject::connect(scope.controller, &RunController::changed, menu, refresh);
    QObject::connect(scope.controller, &RunController::sourceChanged, menu, refresh);
}

} // namespace rankscope::ui
