// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/FigurePane.h"

#include "app/export/FigureWriter.h"
#include "app/ui/FigureMaker.h"
#include "app/ui/FigureOfRun.h"
#include "app/ui/RunController.h"
#include "app/ui/panels/FigurePreview.h"

#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace rankscope::ui {

using figures::PanelKind;

namespace {

constexpr int kPreviewMs = 300;
constexpr int kAllCharts = -1;                      ///< the choice that is no single panel
constexpr double kLeastSide = 20, kMostSide = 1000; ///< mm

enum Size { OneColumn, TwoColumns, Other };

/// A form's label for the first of several controls in a row.
QLabel* named(const QString& text, QWidget* control) {
    auto* label = new QLabel(text);
    label->setBuddy(control);
    return label;
}

QString fileWord(const QString& text) {
    QString word;
    for (const QChar c : text)
        word += c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.' ? c : QChar(u'-');
    return word;
}

/// A figure that would be replaced.
QString firstThere(const std::filesystem::path& target, bool all) {
    for (const auto& file :
         all ? figures::filesOfAll(target) : std::vector<std::filesystem::path>{target})
        if (const QString name = QString::fromStdString(file.string()); QFileInfo::exists(name))
            return name;
    return {};
}

} // namespace

QString figureProblem(const Error& error) {
    const auto sentence = [](QString text) {
        if (text.isEmpty())
            return text;
        text[0] = text[0].toUpper();
        return text.endsWith(u'.') ? text : text + u'.';
    };
    return (sentence(QString::fromStdString(error.what)) + u' ' +
            sentence(QString::fromStdString(error.advice)))
        .trimmed();
}

FigurePane::FigurePane(RunController& controller, const RankDocks& ranks, FigureMaker& maker,
                       QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_ranks(ranks),
      m_maker(maker),
      m_preview(new FigurePreview),
      m_panel(new QComboBox),
      m_size(new QComboBox),
      m_format(new QComboBox),
      m_theme(new QComboBox),
      m_numbers(new QComboBox),
      m_width(new QDoubleSpinBox),
      m_height(new QDoubleSpinBox),
      m_dpi(new QSpinBox),
      m_name(new QLineEdit),
      m_folder(new QLineEdit),
      m_export(new QPushButton(tr("Export"))),
      m_exportAll(new QPushButton(tr("Export all panels"))),
      m_status(new QLabel) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 12);
    column->setSpacing(8);
    column->addWidget(m_preview);
    column->addLayout(makeForm());
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(12, 4, 12, 0);
    m_export->setProperty("accent", true);
    buttons->addWidget(m_export);
    buttons->addWidget(m_exportAll);
    buttons->addStretch();
    column->addLayout(buttons);
    m_status->setObjectName(QStringLiteral("note"));
    m_status->setWordWrap(true);
    m_status->setContentsMargins(12, 0, 12, 0);
    m_status->setMinimumHeight(2 * m_status->fontMetrics().height());
    m_status->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    column->addWidget(m_status);
    column->addStretch(1);
    setFolder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));

    connect(m_export, &QPushButton::clicked, this, [this] { exportPanels(false); });
    connect(m_exportAll, &QPushButton::clicked, this, [this] { exportPanels(true); });
    connect(&controller, &RunController::changed, this, &FigurePane::refreshPreview);
    connect(&controller, &RunController::sourceChanged, this, [this] {
        refreshControls();
        refreshPreview();
    });
    m_pace.setSingleShot(true);
    m_pace.setInterval(kPreviewMs);
    connect(&m_pace, &QTimer::timeout, this, [this] {
        if (const auto wanted = request())
            m_maker.preview(*wanted);
        else
            m_preview->setProblem(tr("Open a run to make a figure of it."));
    });
    listenToMaker();
    refreshControls();
}

QLayout* FigurePane::makeForm() {
    auto* form = new QFormLayout;
    form->setContentsMargins(12, 4, 12, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto choice = [](PanelKind kind) { return QVariant(static_cast<int>(kind)); };
    m_panel->addItem(tr("Loss"), choice(PanelKind::Loss));
    m_panel->addItem(tr("Loss dispersion"), choice(PanelKind::Dispersion));
    m_panel->addItem(tr("Direction"), choice(PanelKind::Direction));
    m_panel->addItem(tr("Gradient norms"), choice(PanelKind::Norms));
    m_panel->addItem(tr("Dispersion of the norms"), choice(PanelKind::NormDispersion));
    m_panel->addItem(tr("All charts, one above the other"), kAllCharts);
    m_panel->addItem(tr("Cosine between ranks"), choice(PanelKind::Cosine));
    m_panel->addItem(tr("Layers \u00D7 ranks"), choice(PanelKind::Layers));
    m_panel->addItem(tr("Ranks \u00D7 steps"), choice(PanelKind::Ranks));
    form->addRow(tr("&Panel"), m_panel);
    addSize(*form);
    m_theme->addItem(tr("Paper"), static_cast<int>(figures::PaperTheme::Print));
    m_theme->addItem(tr("Light slides"), static_cast<int>(figures::PaperTheme::Light));
    m_theme->addItem(tr("Dark slides"), static_cast<int>(figures::PaperTheme::Dark));
    form->addRow(tr("&Colours"), m_theme);
    m_numbers->addItem(tr("CSV, a row per step"), static_cast<int>(figures::Numbers::PerStep));
    m_numbers->addItem(tr("CSV, a row per step and rank"),
                       static_cast<int>(figures::Numbers::PerRank));
    m_numbers->addItem(tr("No"), static_cast<int>(figures::Numbers::None));
    form->addRow(tr("N&umbers beside it"), m_numbers);
    addFile(*form);
    for (QComboBox* box : {m_panel, m_size, m_theme, m_format, m_numbers})
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            refreshControls();
            refreshPreview();
        });
    for (QDoubleSpinBox* side : {m_width, m_height})
        connect(side, &QDoubleSpinBox::valueChanged, this, &FigurePane::refreshPreview);
    return form;
}

void FigurePane::addSize(QFormLayout& form) {
    m_size->addItem(tr("One column, 88 mm"), OneColumn);
    m_size->addItem(tr("Two columns, 180 mm"), TwoColumns);
    m_size->addItem(tr("Another width"), Other);
    form.addRow(tr("&Size"), m_size);
    m_width->setRange(kLeastSide, kMostSide);
    m_width->setValue(figures::kOneColumn);
    m_width->setAccessibleName(tr("Width in mm"));
    m_height->setRange(kLeastSide - 1, kMostSide);
    m_height->setSpecialValueText(tr("fitting"));
    m_height->setValue(m_height->minimum());
    m_height->setAccessibleName(tr("Height in mm"));
    auto* sides = new QHBoxLayout;
    sides->setSpacing(6);
    for (QDoubleSpinBox* side : {m_width, m_height}) {
        side->setDecimals(1);
        side->setSuffix(tr(" mm"));
        side->setButtonSymbols(QAbstractSpinBox::NoButtons);
        side->setKeyboardTracking(false);
        sides->addWidget(side, 1);
    }
    sides->insertWidget(1, new QLabel(QStringLiteral("\u00D7")));
    form.addRow(named(tr("&Width, height"), m_width), sides);
}

void FigurePane::addFile(QFormLayout& form) {
    for (const char* ending : {"svg", "pdf", "png"})
        m_format->addItem(QString::fromLatin1(ending).toUpper(), QString::fromLatin1(ending));
    m_dpi->setRange(30, 2400);
    m_dpi->setValue(300);
    m_dpi->setSuffix(tr(" dpi"));
    m_dpi->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_dpi->setAccessibleName(tr("Dots per inch of a PNG"));
    auto* format = new QHBoxLayout;
    format->setSpacing(6);
    format->addWidget(m_format, 1);
    format->addWidget(m_dpi, 1);
    form.addRow(named(tr("&Format"), m_format), format);
    m_name->setAccessibleName(tr("Name of the file, without its ending"));
    form.addRow(tr("Na&me"), m_name);
    auto* choose = new QPushButton(tr("Choose\u2026"));
    auto* folder = new QHBoxLayout;
    folder->setSpacing(6);
    folder->addWidget(m_folder, 1);
    folder->addWidget(choose);
    form.addRow(named(tr("F&older"), m_folder), folder);
    connect(choose, &QPushButton::clicked, this, &FigurePane::chooseFolder);
    for (QLineEdit* line : {m_name, m_folder})
        connect(line, &QLineEdit::returnPressed, m_export, &QPushButton::click);
}

void FigurePane::listenToMaker() {
    connect(&m_maker, &FigureMaker::previewed, m_preview, &FigurePreview::setDrawing);
    connect(&m_maker, &FigureMaker::previewFailed, this,
            [this](const Error& error) { m_preview->setProblem(figureProblem(error)); });
    connect(&m_maker, &FigureMaker::written, this, [this](const QStringList& files) {
        if (!m_writing)
            return; // asked for elsewhere
        m_writing = false;
        refreshControls();
        QStringList names;
        for (const QString& file : files)
            names << QFileInfo(file).fileName();
        const QString shown = names.size() > 4
                                  ? tr("%1 and %n more", "", static_cast<int>(names.size()) - 3)
                                        .arg(names.mid(0, 3).join(QStringLiteral(", ")))
                                  : names.join(QStringLiteral(", "));
        say(tr("Wrote %1 to %2.").arg(shown, QDir::toNativeSeparators(folder())));
        emit folderChosen(folder());
    });
    connect(&m_maker, &FigureMaker::failed, this, [this](const Error& error) {
        if (!m_writing)
            return; // of something that was to be copied
        m_writing = false;
        refreshControls();
        say(figureProblem(error));
    });
}

void FigurePane::refreshControls() {
    const int size = m_size->currentData().toInt();
    m_width->setEnabled(size == Other);
    if (size != Other)
        m_width->setValue(size == OneColumn ? figures::kOneColumn : figures::kTwoColumns);
    m_dpi->setEnabled(m_format->currentData().toString() == QLatin1String("png"));
    m_name->setPlaceholderText(defaultName());
    const bool possible = figureOf(m_controller, m_ranks, {}).has_value() && !m_writing;
    m_export->setEnabled(possible);
    m_exportAll->setEnabled(possible);
    m_replaces.clear();
}

void FigurePane::refreshPreview() {
    if (!isVisible())
        return;
    if (!m_export->isEnabled() && !m_writing)
        refreshControls(); // the first step has come
    if (!m_pace.isActive())
        m_pace.start();
}

void FigurePane::setPanel(PanelKind kind) {
    m_panel->setCurrentIndex(m_panel->findData(static_cast<int>(kind)));
}

PanelKind FigurePane::panel() const {
    return panels().front();
}

std::vector<PanelKind> FigurePane::panels() const {
    const int choice = m_panel->currentData().toInt();
    if (choice != kAllCharts)
        return {static_cast<PanelKind>(choice)};
    return {PanelKind::Loss, PanelKind::Dispersion, PanelKind::Direction,
            PanelKind::NormDispersion};
}

std::optional<figures::FigureRequest> FigurePane::request() const {
    auto request = figureOf(m_controller, m_ranks, panels());
    if (!request)
        return request;
    request->theme = static_cast<figures::PaperTheme>(m_theme->currentData().toInt());
    request->width = m_width->value();
    if (m_height->value() > m_height->minimum())
        request->height = m_height->value();
    return request;
}

QString FigurePane::defaultName() const {
    const engine::RunFrame* frame = m_controller.frame();
    const QString run = frame == nullptr ? QString() : QString::fromStdString(frame->status.name);
    const bool charts = m_panel->currentData().toInt() == kAllCharts;
    const QString part = QLatin1String(charts ? "charts" : figures::nameOf(panel()));
    return run.isEmpty() ? part : fileWord(run) + u'-' + part;
}

QString FigurePane::targetFile() const {
    QString name = m_name->text().isEmpty() ? m_name->placeholderText() : m_name->text();
    const QString ending = u'.' + m_format->currentData().toString();
    if (name.endsWith(ending, Qt::CaseInsensitive))
        name.chop(ending.size());
    return QDir(folder()).filePath(name + ending);
}

/// Each panel's name comes behind it.
QString FigurePane::targetOfAll() const {
    const QString run = QString::fromStdString(m_controller.frame()->status.name);
    if (!m_name->text().isEmpty() || run.isEmpty())
        return targetFile();
    return QDir(folder()).filePath(fileWord(run) + u'.' + m_format->currentData().toString());
}

void FigurePane::exportPanels(bool all) {
    const auto wanted = request();
    if (!wanted)
        return;
    figures::FigureTarget target;
    target.file = (all ? targetOfAll() : targetFile()).toStdString();
    const QString there = firstThere(target.file, all);
    if (!there.isEmpty() && m_replaces != there) {
        m_replaces = there;
        return say(tr("%1 is there already. Export again to replace it.")
                       .arg(QFileInfo(there).fileName()));
    }
    target.dpi = m_dpi->value();
    target.numbers = static_cast<figures::Numbers>(m_numbers->currentData().toInt());
    m_writing = true;
    m_maker.write(*wanted, target, all);
    refreshControls();
    say(tr("Writing\u2026"));
}

void FigurePane::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Folder for figures"), folder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setModal(false); // a live run stays at hand
    connect(dialog, &QFileDialog::fileSelected, this, &FigurePane::setFolder);
    dialog->show();
}

void FigurePane::setFolder(const QString& folder) {
    if (!folder.isEmpty())
        m_folder->setText(QDir::toNativeSeparators(folder));
}

QString FigurePane::folder() const {
    return QDir::fromNativeSeparators(m_folder->text());
}

QString FigurePane::status() const {
    return m_status->text();
}

void FigurePane::say(const QString& words) {
    m_status->setText(words);
}

void FigurePane::takeFocus() {
    m_panel->setFocus(Qt::ShortcutFocusReason);
}

void FigurePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refreshControls();
    refreshPreview();
}

void FigurePane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_pace.stop();
    m_maker.release();
}

} // namespace rankscope::ui
