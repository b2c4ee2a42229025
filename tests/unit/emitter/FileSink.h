// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/link/Collector.h"

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// A collector's sink in a text file, a line per event, that goes on where a killed one stopped.
class FileSink : public rankscope::link::EventSink {
  public:
    explicit FileSink(const std::string& path) : m_books(read(path)), m_out(path, std::ios::app) {}

    /// What a file says of one incarnation.
    struct Books {
        std::vector<std::uint64_t> received; ///< seqs in the order of their arrival
        std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps;
        std::optional<std::uint64_t> bye;
        std::uint64_t last = 0;

        [[nodiscard]] std::uint64_t declared() const {
            std::uint64_t sum = 0;
            for (const auto& [first, last_] : gaps) {
                sum += last_ - first + 1;
            }
            return sum;
        }
        /// Every seq up to the bye's is there exactly once, in order.
        [[nodiscard]] bool balanced() const {
            for (std::size_t i = 1; i < received.size(); ++i) {
                if (received[i] <= received[i - 1]) {
                    return false;
                }
            }
            return bye && received.size() + declared() == *bye && last == *bye;
        }
    };

    static std::map<std::uint64_t, Books> read(const std::string& path) {
        std::map<std::uint64_t, Books> out;
        std::ifstream in(path);
        std::string kind;
        std::uint64_t incarnation = 0, first = 0, last = 0;
        while (in >> kind >> incarnation >> first >> last) {
            Books& books = out[incarnation];
            if (kind == "record") {
                books.received.push_back(last);
            } else if (kind == "gap") {
                books.gaps.emplace_back(first, last);
            } else if (kind == "bye") {
                books.bye = last;
            }
            books.last = std::max(books.last, last);
        }
        return out;
    }

    rankscope::Result<rankscope::link::Admission>
    admit(const rankscope::wire::Hello& hello) override {
        using namespace rankscope;
        const Books& books = m_books[hello.incarnation.value()];
        return link::Admission{"run", Seq{books.last},
                               books.bye ? std::optional(Seq{*books.bye}) : std::nullopt, false};
    }

    rankscope::Result<void> commit(std::span<const rankscope::wire::Event> events) override {
        for (const auto& event : events) {
            std::visit([this](const auto& one) { write(one); }, event);
        }
        m_out.flush(); // a killed process keeps what the kernel has
        return {};
    }

  private:
    void line(const char* kind, rankscope::IncarnationId incarnation, std::uint64_t first,
              std::uint64_t last) {
        m_out << kind << ' ' << incarnation.value() << ' ' << first << ' ' << last << '\n';
    }
    void write(const rankscope::wire::Hello& hello) { line("hello", hello.incarnation, 0, 0); }
    void write(const rankscope::wire::StepRecord& record) {
        line("record", record.incarnation, record.seq.value(), record.seq.value());
    }
    void write(const rankscope::wire::Gap& gap) {
        line("gap", gap.incarnation, gap.first.value(), gap.last.value());
    }
    void write(const rankscope::wire::Bye& bye) {
        line("bye", bye.incarnation, bye.lastSeq.value(), bye.lastSeq.value());
    }

    std::map<std::uint64_t, Books> m_books;
    std::ofstream m_out;
};
