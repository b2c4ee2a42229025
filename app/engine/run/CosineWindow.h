// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/run/CosineSum.h"
#include "app/engine/session/RunReader.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rankscope::engine {

/// The matrix at the cursor, over a window of steps that ends there. One step's takes a read of
/// the file and up to tens of milliseconds: they are computed one by one, and kept.
class CosineWindow {
  public:
    explicit CosineWindow(const RunReader& reader) : m_reader(reader) {}

    void forget(const std::vector<Step>& amended); ///< ascending
    /// What is to be seen: `steps` ascend, the last is the cursor's.
    void aim(std::vector<std::uint64_t> steps);
    /// Computes one step's matrix, newest first. False when all are there.
    bool work();
    [[nodiscard]] bool complete() const { return m_missing.empty(); }
    /// Why the last work() did nothing though something is missing: nobody answers now.
    [[nodiscard]] const std::optional<Error>& blocked() const { return m_blocked; }

    /// Mean over what is known of the window; the last one while nothing is; null before the first
    /// and where there is nothing to compute it from.
    [[nodiscard]] std::shared_ptr<const analysis::CosineMatrix> matrix();
    /// Why the cursor's step could not be read; empty when it could.
    [[nodiscard]] std::string problem() const;

  private:
    struct Known {
        CosineSum::Part part;
        std::string problem;
    };
    void include(std::uint64_t step);
    void sumUp(std::uint64_t step);
    void noteMissing();
    void makeRoom();

    const RunReader& m_reader;
    std::vector<std::uint64_t> m_steps;   ///< wanted, ascending
    std::vector<std::uint64_t> m_missing; ///< of these, ascending
    std::map<std::uint64_t, Known> m_known;
    std::size_t m_bytes = 0;
    std::set<std::uint64_t> m_included; ///< in the sum
    std::set<std::uint64_t> m_defined;  ///< of these, with a matrix
    CosineSum m_sum;
    std::optional<Error> m_blocked;
    bool m_changed = false; ///< the sum, since m_matrix was made
    std::shared_ptr<const analysis::CosineMatrix> m_matrix;
};

} // namespace rankscope::engine
