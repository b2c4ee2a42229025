// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/session/SessionRows.h"
#include "transport/view/ViewMessages.h"

#include <functional>
#include <memory>

namespace rankscope::view {

/// How a session's rows are got at; called again after it failed.
using OpenRows = std::function<Result<std::unique_ptr<session::SessionRows>>()>;

/// Answers viewers' questions from a session. It is opened by the first question; while it cannot
/// be read the answers are errors. One thread owns a desk.
class RowDesk {
  public:
    explicit RowDesk(OpenRows open);

    /// At most about limits::kAskedBytes of row data and limits::kRows rows, but for a single row.
    [[nodiscard]] Answer answer(const Question& question);

  private:
    template <class Content>
    Answer given(Result<Content>&& content);
    Answer to(session::SessionRows& rows, const Attach& attach);
    Answer to(session::SessionRows& rows, const AskHead& ask);
    Answer to(session::SessionRows& rows, const AskPulse& ask);
    Answer to(session::SessionRows& rows, const AskEvents& ask);
    Answer to(session::SessionRows& rows, const AskSteps& ask);
    Answer to(session::SessionRows& rows, const AskSketches& ask);
    Answer to(session::SessionRows& rows, const AskDerived& ask);

    OpenRows m_open;
    std::unique_ptr<session::SessionRows> m_rows; ///< null: to be opened
    /// Begins anywhere, so that a restarted recorder's number is another one.
    std::uint64_t m_commits;
};

} // namespace rankscope::view
