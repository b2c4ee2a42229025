// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FigureCommand.h"

#include "app/engine/session/Notes.h"
#include "app/export/FigureFile.h"
#include "app/export/FigureWriter.h"

#include <QCommandLineParser>
#include <algorithm>
#include <cstdio>

namespace rankscope::figures {
namespace {

constexpr int kFailed = 1, kWrongUsage = 2;
constexpr double kLeastSide = 20, kMostSide = 1000; ///< mm
constexpr int kLeastDpi = 30, kMostDpi = 2400;
constexpr double kMostPixels = 16'384; ///< of a side of a PNG; a picture of 1 GB

QString opt(const char* text) {
    return QString::fromUtf8(text);
}

std::string sentence(const std::string& text) {
    return text.empty() || text.back() == '.' ? text : text + ".";
}

QString words(const Error& error) {
    std::string advice = error.advice;
    if (!advice.empty())
        advice.front() =
            static_cast<char>(std::toupper(static_cast<unsigned char>(advice.front())));
    return QString::fromStdString("rankscope figure: " + sentence(error.what) +
                                  (advice.empty() ? "" : " " + sentence(advice)));
}

QString panelList() {
    QStringList names;
    for (const PanelName& panel : kPanelNames)
        names << opt(panel.name);
    return names.join(QStringLiteral(", "));
}

/// The command's options; their names are a contract with scripts.
struct Options {
    QCommandLineOption help{{opt("h"), opt("help")}, opt("Shows this text.")};
    QCommandLineOption version{opt("version"), opt("Shows the version.")};
    QCommandLineOption panel{opt("panel"),
                             QStringLiteral("One of %1; several with commas become one figure; all "
                                            "writes a figure per panel.")
                                 .arg(panelList()),
                             opt("NAME"), opt("loss")};
    QCommandLineOption out{opt("out"), opt("Figure to write: .svg, .pdf or .png."), opt("FILE")};
    QCommandLineOption columns{opt("columns"),
                               opt("Columns of the page it fills: 1 (88 mm) or 2 (180 mm)."),
                               opt("N"), opt("1")};
    QCommandLineOption width{opt("width-mm"), opt("Another width."), opt("MM")};
    QCommandLineOption height{opt("height-mm"), opt("Another height than suits the panels."),
                              opt("MM")};
    QCommandLineOption dpi{opt("dpi"), opt("Dots per inch of a PNG."), opt("N"), opt("300")};
    QCommandLineOption theme{opt("theme"), opt("print, light or dark."), opt("NAME"), opt("print")};
    QCommandLineOption steps{opt("steps"), opt("Only steps A <= step < B, as A:B, A: or :B."),
                             opt("A:B")};
    QCommandLineOption step{opt("step"), opt("The step of a map; default: the last one shown."),
                            opt("N")};
    QCommandLineOption rank{opt("rank"), opt("A rank to bring out."), opt("N")};
    QCommandLineOption overlay{opt("overlay"), opt("All runs in one plot: the mean of each setting "
                                                   "and its spread over runs.")};
    QCommandLineOption align{opt("align"),
                             opt("Of an overlay: step, or relative to each run's first."),
                             opt("NAME"), opt("step")};
    QCommandLineOption order{opt("order"),
                             opt("Order of the ranks in maps: rank, host or similarity."),
                             opt("NAME"), opt("rank")};
    QCommandLineOption signal{opt("signal"),
                              opt("What the panel ranks is of: loss, direction or norm."),
                              opt("NAME"), opt("loss")};
    QCommandLineOption logY{opt("log-y"), opt("Logarithmic y axis, except for cosines.")};
    QCommandLineOption smooth{opt("smooth"), opt("Smooth lines over so many steps."), opt("N")};
    QCommandLineOption noNotes{opt("no-notes"), opt("Leaves out what was noted in the window.")};
    QCommandLineOption noCsv{opt("no-csv"), opt("Lays no numbers beside the figure.")};
    QCommandLineOption perRank{opt("per-rank"), opt("The numbers beside it are those of every "
                                                    "rank, as metrics --per-rank has them.")};

    [[nodiscard]] QList<QCommandLineOption> all() const {
        return {help, version, panel,   out,   columns, width,   height,
                dpi,  theme,   steps,   step,  rank,    order,   signal,
                logY, smooth,  noNotes, noCsv, perRank, overlay, align};
    }
};

/// Reads the options one after the other; the first that is wrong is what is said.
class Reader {
  public:
    Reader(const QCommandLineParser& parser, const Options& options)
        : m_parser(parser),
          m_options(options) {}

    [[nodiscard]] Result<FigureOrder> read() {
        for (const QString& file : m_parser.positionalArguments())
            m_order.request.files.emplace_back(file.toStdString());
        if (m_order.request.files.empty())
            wrong("a session file is missing");
        panels();
        target();
        size();
        view();
        if (m_error)
            return tl::unexpected(*m_error);
        return m_order;
    }

  private:
    void wrong(std::string what) {
        if (!m_error)
            m_error = Error{ErrorCode::Usage, std::move(what), "See rankscope figure --help"};
    }
    void take(const Error& error) {
        if (!m_error)
            m_error = error;
    }
    template <class T>
    void number(const QCommandLineOption& option, double least, double most, T assign) {
        if (!m_parser.isSet(option))
            return;
        bool ok = false;
        const double value = m_parser.value(option).toDouble(&ok);
        if (ok && value >= least && value <= most)
            assign(value);
        else
            wrong(QStringLiteral("--%1 takes a number from %2 to %3, not \"%4\"")
                      .arg(option.names().first())
                      .arg(least)
                      .arg(most, 0, 'f', 0)
                      .arg(m_parser.value(option))
                      .toStdString());
    }

    /// Place of the option's value among `names`.
    int one(const QCommandLineOption& option, const QStringList& names) {
        const auto place = names.indexOf(m_parser.value(option));
        if (place < 0)
            wrong(QStringLiteral("--%1 is one of %2")
                      .arg(option.names().first(), names.join(QStringLiteral(", ")))
                      .toStdString());
        return static_cast<int>(std::max<qsizetype>(place, 0));
    }

    void panels() {
        const QString value = m_parser.value(m_options.panel);
        m_order.allPanels = value == QLatin1String("all");
        if (m_order.allPanels)
            return;
        for (const QString& name : value.split(u','))
            if (const auto panel = panelOf(name.toStdString()))
                m_order.request.panels.push_back(*panel);
            else
                wrong(QStringLiteral("there is no panel \"%1\"; there are %2 and all")
                          .arg(name, panelList())
                          .toStdString());
    }
    void target() {
        FigureTarget& target = m_order.target;
        target.file = m_parser.value(m_options.out).toStdString();
        if (target.file.empty())
            wrong("--out is missing");
        else if (const auto kind = fileKind(target.file); !kind)
            take(kind.error());
        number(m_options.dpi, kLeastDpi, kMostDpi,
               [&](double v) { target.dpi = static_cast<int>(v); });
        if (m_parser.isSet(m_options.perRank))
            target.numbers = Numbers::PerRank;
        if (m_parser.isSet(m_options.noCsv))
            target.numbers = Numbers::None;
    }
    void size() {
        FigureRequest& request = m_order.request;
        const QString columns = m_parser.value(m_options.columns);
        if (columns != QLatin1String("1") && columns != QLatin1String("2"))
            wrong("--columns is 1 or 2");
        request.width = columns == QLatin1String("2") ? kTwoColumns : kOneColumn;
        number(m_options.width, kLeastSide, kMostSide, [&](double v) { request.width = v; });
        number(m_options.height, kLeastSide, kMostSide, [&](double v) { request.height = v; });
        const double longest = std::max(request.width, request.height.value_or(0));
        if (m_order.target.file.extension() == ".png" &&
            longest / 25.4 * m_order.target.dpi > kMostPixels)
            wrong("so many dots per inch of so large a figure are no picture that programs open");
        const QString theme = m_parser.value(m_options.theme);
        if (theme == QLatin1String("light"))
            request.theme = PaperTheme::Light;
        else if (theme == QLatin1String("dark"))
            request.theme = PaperTheme::Dark;
        else if (theme != QLatin1String("print"))
            wrong("--theme is print, light or dark");
    }
    void view() {
        FigureRequest& request = m_order.request;
        if (const auto range =
                tables::parseStepRange(m_parser.value(m_options.steps).toStdString()))
            request.steps = *range;
        else
            take(range.error());
        request.options.following = !m_parser.isSet(m_options.steps);
        request.notesBeside = !m_parser.isSet(m_options.noNotes);
        request.options.logY = m_parser.isSet(m_options.logY);
        number(m_options.step, 0, 9e15,
               [&](double v) { request.view.cursor = Step{static_cast<Step::rep>(v)}; });
        number(m_options.rank, 0, 4e9, [&](double v) {
            request.options.selected = RankId{static_cast<RankId::rep>(v)};
            request.view.wanted = {*request.options.selected};
        });
        static const QStringList kOrders{opt("rank"), opt("host"), opt("similarity")};
        static const QStringList kSignals{opt("loss"), opt("direction"), opt("norm")};
        request.map.order = static_cast<ui::MapOrder>(one(m_options.order, kOrders));
        if (m_parser.isSet(m_options.overlay))
            request.overlay.emplace();
        if (request.overlay && request.files.size() < 2)
            wrong("--overlay is of two session files or more");
        const bool relative = one(m_options.align, {opt("step"), opt("relative")}) == 1;
        if (relative && request.overlay)
            request.overlay->view.align = analysis::AlignBy::RelativeStep;
        request.view.image = static_cast<engine::RankSignal>(one(m_options.signal, kSignals));
        number(m_options.smooth, 1, 1e9, [&](double v) {
            request.view.smoothing = v;
            request.options.smoothing = v;
        });
    }

    const QCommandLineParser& m_parser;
    const Options& m_options;
    FigureOrder m_order;
    std::optional<Error> m_error;
};

} // namespace

ParsedOrder parseFigureOrder(const QStringList& arguments) {
    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        opt("Draws panels of a run as a figure for a paper, with the numbers beside it as CSV."));
    parser.addPositionalArgument(opt("file"), opt("Session files; several stand side by side."),
                                 opt("FILE..."));
    parser.addOptions(options.all());
    if (!parser.parse(QStringList{opt("rankscope figure")} + arguments))
        return {std::nullopt,
                words({ErrorCode::Usage, parser.errorText().toStdString(),
                       "See rankscope figure --help"}),
                kWrongUsage};
    if (parser.isSet(options.help)) {
        QString text = parser.helpText().trimmed(); // Qt learns the name from an application
        text.replace(opt("<executable_name>"), opt("rankscope figure"));
        return {std::nullopt, text, 0};
    }
    if (parser.isSet(options.version))
        return {std::nullopt, opt("rankscope " RANKSCOPE_VERSION), 0};
    auto order = Reader(parser, options).read();
    if (!order)
        return {std::nullopt, words(order.error()), kWrongUsage};
    return {std::move(*order), {}, 0};
}

int runFigureOrder(const FigureOrder& order) {
    const auto complain = [](const Error& error) {
        std::fprintf(stderr, "%s\n", qPrintable(words(error)));
        return error.code == ErrorCode::Usage ? kWrongUsage : kFailed;
    };
    const auto sources = openSources(order.request.files);
    if (!sources)
        return complain(sources.error());
    for (const auto& file : order.request.files)
        if (const auto notes = engine::readNotes(engine::notesFile(file));
            !notes && order.request.notesBeside)
            std::fprintf(stderr, "rankscope figure: without notes: %s\n",
                         notes.error().what.c_str());
    for (std::size_t i = 0; i < sources->size(); ++i)
        if ((*sources)[i]->damagedParts() > 0)
            std::fprintf(stderr,
                         "rankscope figure: damaged parts of %s are passed over; `rankscope "
                         "verify` says which\n",
                         order.request.files[i].c_str());
    const auto written = order.allPanels ? writeAllPanels(order.request, order.target, *sources)
                                         : writeFigure(order.request, order.target, *sources);
    if (!written)
        return complain(written.error());
    for (const auto& file : *written)
        std::printf("%s\n", file.c_str());
    return 0;
}

} // namespace rankscope::figures
