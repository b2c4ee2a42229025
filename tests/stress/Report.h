// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

namespace rankscope::stress {

/// What a stress program measured, beside what was promised. `./dev stress` gathers the lines of
/// all programs into one table: promise, what, measured, target, met or missed, separated by tabs.
/// Lines go to stdout; whatever else a program says belongs on stderr.
class Report {
  public:
    /// Usage of every program: [--minutes N] [--seed N]. How long to go on, about, by default half
    /// a minute; and where a program draws at random, where it begins.
    Report(int argc, char** argv) {
        for (int i = 1; i + 1 < argc; ++i) {
            if (std::strcmp(argv[i], "--minutes") == 0) {
                m_minutes = std::max(0.0, std::atof(argv[i + 1]));
            } else if (std::strcmp(argv[i], "--seed") == 0) {
                m_seed = std::strtoull(argv[i + 1], nullptr, 10);
            }
        }
    }
    [[nodiscard]] double minutes() const { return m_minutes; }
    [[nodiscard]] std::uint64_t seed() const { return m_seed; }

    /// The promise holds while the figure is at most (or at least) the target.
    void atMost(int promise, const char* what, double value, double target, const char* unit) {
        line(promise, what, value, "<=", target, unit, value <= target);
    }
    void atLeast(int promise, const char* what, double value, double target, const char* unit) {
        line(promise, what, value, ">=", target, unit, value >= target);
    }
    /// How much was done: without a target.
    void figure(int promise, const char* what, double value, const char* unit) {
        std::printf("%d\t%s\t%s\t\t\n", promise, what, text(value, unit).c_str());
        std::fflush(stdout);
    }

    /// For main(): 1 when a target was missed.
    [[nodiscard]] int exitCode() const { return m_missed ? EXIT_FAILURE : EXIT_SUCCESS; }

  private:
    static std::string text(double value, const char* unit) {
        char number[64];
        std::snprintf(number, sizeof number, "%.6g %s", value, unit);
        return number;
    }
    void line(int promise, const char* what, double value, const char* relation, double target,
              const char* unit, bool met) {
        m_missed = m_missed || !met;
        std::printf("%d\t%s\t%s\t%s %s\t%s\n", promise, what, text(value, unit).c_str(), relation,
                    text(target, unit).c_str(), met ? "met" : "MISSED");
        std::fflush(stdout);
    }

    double m_minutes = 0.5;
    std::uint64_t m_seed = std::random_device{}();
    bool m_missed = false;
};

} // namespace rankscope::stress
