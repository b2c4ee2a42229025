// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace rankscope::pictures {

/// What a scene shows: a session file, or what stands where one should be.
enum class Session {
    Departs,    ///< 8 ranks, one of them departs
    Healthy,    ///< 8 ranks
    OtherSeed,  ///< the same with another seed
    NonFinite,  ///< NaN in a gradient
    Elastic,    ///< a gap, and a restart with fewer ranks
    Hosts,      ///< 64 ranks on 8 hosts
    Thousand,   ///< 1,024 ranks
    OneRank,    ///< nothing to compare
    NoSketches, ///< no cosine between single ranks
    NoStep,     ///< nobody called while it was recorded
    Annotated,  ///< as Departs, on which one may write; without a note whenever it is asked for
    Cut,        ///< its end is missing
    Newer,      ///< of a later version of the program
    Foreign,    ///< not a session
    Forbidden,  ///< must not be read
    Missing,    ///< no such file
};

/// The session files that scenes need, each made when it is first asked for.
class Sessions {
  public:
    enum class Effort {
        Quick, ///< made in memory, few steps: for tests
        Real,  ///< 8 ranks: recorded from a training; more: real emitters and a recorder
    };
    /// What is made goes to `folder`, and what lies there is not made again.
    Sessions(QString folder, Effort effort) : m_folder(std::move(folder)), m_effort(effort) {}

    /// Aborts with a word on stderr when it cannot be made.
    [[nodiscard]] QString path(Session session) const;

  private:
    [[nodiscard]] QString file(const char* name) const;
    void record(const QString& path, const QStringList& simulation, std::uint32_t perHost) const;
    void damage(Session session, const QString& path) const;

    QString m_folder;
    Effort m_effort;
};

} // namespace rankscope::pictures
