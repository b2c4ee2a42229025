// SPDX-License-Identifier: Apache-2.0
// Panning and zooming over curves of W ranks x N steps: what a frame's panels cost. The curves are
// made up in memory; BenchRun measures reading a file. Times are of the processor.
// usage: BenchFrames [RANKS STEPS [HOLES]]   (HOLES: one value of so many is missing)

#include "app/engine/run/PanelBuilder.h"
#include "app/engine/run/RankChoice.h"
#include "app/engine/run/StepImages.h"
#include "tests/support/Curves.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

using namespace rankscope;

namespace {

/// Time that this thread ran: others on the machine do not count.
struct Clock {
    static double now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
    }
};

double since(double begin) {
    return Clock::now() - begin;
}

struct Stage {
    engine::RunCurves curves;
    engine::PanelBuilder panels;
    engine::StepImages images;
    double end = 0;

    /// One frame as FrameBuilder makes it, without what is at the cursor. False while smoothing.
    bool frame(const engine::View& view) {
        engine::RunFrame frame;
        const engine::Decimation visible(curves.steps(), view.first, view.last, end, view.columns,
                                         m_breaks);
        const bool complete = panels.build(frame, curves, view, visible, m_starts);
        const engine::Decimation whole(curves.steps(), 0, end, end, view.columns, m_breaks);
        frame.overview = whole.line(curves[engine::RunCurves::LossMean]);
        if (view.image) {
            frame.image = images.build(curves, *view.image, shownRanks(curves, view), view.first,
                                       view.last, end);
        }
        return complete;
    }

  private:
    std::vector<double> m_breaks;
    std::vector<std::size_t> m_starts;
};

engine::View viewOf(double first, double last) {
    engine::View view;
    view.follow = false;
    view.first = first;
    view.last = last;
    view.columns = 1600;
    view.wanted = {RankId{0}};
    return view;
}

void report(const char* what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("%-34s median %6.2f  p99 %6.2f  worst %6.2f ms\n", what, at(.5), at(.99), at(1));
}

/// Wheel zoom from the whole run to 200 steps and back, around a place that wanders.
void zoom(Stage& stage, const char* what, bool image, double smoothing) {
    std::vector<double> times;
    for (int turn = 0; turn < 10; ++turn) {
        const double centre = stage.end * (0.1 + 0.08 * turn);
        for (int notch = 0; notch < 120; ++notch) {
            const double span = stage.end * std::pow(0.85, notch < 60 ? notch : 120 - notch);
            engine::View view =
                viewOf(std::max(0.0, centre - span / 2), std::min(stage.end, centre + span / 2));
            view.smoothing = smoothing;
            if (image) {
                view.image = engine::RankSignal::Loss;
            }
            const auto begin = Clock::now();
            stage.frame(view);
            times.push_back(since(begin));
        }
    }
    report(what, std::move(times));
}

void pan(Stage& stage, const char* what, double share, bool image) {
    std::vector<double> times;
    const double span = stage.end * share;
    for (int i = 0; i < 600; ++i) {
        const double first = (stage.end - span) * 0.5 + span * 0.01 * (i % 50);
        engine::View view = viewOf(first, first + span);
        if (image) {
            view.image = engine::RankSignal::Loss;
        }
        const auto begin = Clock::now();
        stage.frame(view);
        times.push_back(since(begin));
    }
    report(what, std::move(times));
}

void smooth(Stage& stage) {
    std::vector<double> times;
    int frames = 0;
    const auto begin = Clock::now();
    engine::View view = viewOf(0, stage.end);
    for (view.smoothing = 100; view.smoothing <= 1000; view.smoothing += 100) {
        bool complete = false;
        while (!complete) {
            const auto frame = Clock::now();
            complete = stage.frame(view);
            times.push_back(since(frame));
            ++frames;
        }
    }
    std::printf("another span: %.1f ms in %.1f frames\n", since(begin) / 10, frames / 10.0);
    report("frames while smoothing", std::move(times));
}

void measure(std::uint32_t ranks, std::uint64_t steps, std::uint64_t holes) {
    Stage stage;
    stage.end = static_cast<double>(steps - 1);
    std::mt19937_64 random{1};
    const auto uniform = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
    const double begin = Clock::now();
    support::enterSteps(stage.curves, 0, steps, ranks, [&](std::uint64_t, std::uint32_t rank) {
        if (holes > 0 && random() % holes == 0) {
            return support::Signals{NAN, NAN, NAN};
        }
        const double u = uniform();
        return support::Signals{2 + u + (rank == 3 ? 0.2 : 0), 0.3 + 0.1 * u, 1 + 0.2 * u};
    });
    std::printf("%u ranks x %llu steps, filled in %.0f ms\n", ranks,
                static_cast<unsigned long long>(steps), since(begin));
    zoom(stage, "zoom", false, 0);
    zoom(stage, "zoom with image", true, 0);
    pan(stage, "pan, half of the run", .5, false);
    pan(stage, "pan, half of the run, image", .5, true);
    pan(stage, "pan, 1 % of the run, image", .01, true);
    smooth(stage);
    zoom(stage, "zoom, smoothed", false, 1000);
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 1) {
        measure(64, 1000000, 0);
        measure(1024, 100000, 0);
        return 0;
    }
    if (argc < 3) {
        std::fprintf(stderr, "usage: BenchFrames [RANKS STEPS [HOLES]]\n");
        return 2;
    }
    measure(static_cast<std::uint32_t>(std::atol(argv[1])),
            static_cast<std::uint64_t>(std::atoll(argv[2])),
            static_cast<std::uint64_t>(argc > 3 ? std::atoll(argv[3]) : 0));
}
