// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transport/wire/Result.h"

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <vector>

namespace rankscope::ui {

/// The sample sessions in the program's resources, recorded from real training runs. They become
/// files in the user's cache when they are wanted: sessions are read from files. GUI thread; the
/// copying has a thread of its own.
class SampleShelf final : public QObject {
    Q_OBJECT

  public:
    static inline const QString kDeparting = QStringLiteral("one-rank-departs");
    static inline const QString kHealthy = QStringLiteral("healthy-seed-13");
    static inline const QString kOtherSeed = QStringLiteral("healthy-seed-14");

    explicit SampleShelf(QObject* parent = nullptr);
    ~SampleShelf() override;

    void fetch(const QStringList& names);
    /// Losses of a sample, one line per rank.
    [[nodiscard]] static std::vector<std::vector<double>> losses(const QString& name);
    /// A sample's copy is no file of the user's.
    [[nodiscard]] static bool holds(const QString& file);

  signals:
    void fetched(const QStringList& files);
    void failed(const rankscope::Error& error);

  private:
    QThreadPool m_copier;
};

} // namespace rankscope::ui
