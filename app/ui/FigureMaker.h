// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/export/Drawing.h"
#include "app/export/FigureRequest.h"
#include "transport/wire/Result.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QStringList>
#include <QThread>
#include <atomic>
#include <memory>
#include <stop_token>

namespace rankscope::ui {

/// Makes figures on a thread of its own, by the same code as `rankscope figure`: it reads the
/// session files again, whole, and keeps them until release(). Methods and signals belong to the
/// GUI thread; each call is answered by one signal, but of several previews only by the newest's.
class FigureMaker final : public QObject {
    Q_OBJECT

  public:
    explicit FigureMaker(QObject* parent = nullptr);
    /// Waits for a figure that is being written, but for no recorder that does not answer.
    ~FigureMaker() override;

    void preview(const figures::FigureRequest& request);
    void write(const figures::FigureRequest& request, const figures::FigureTarget& target,
               bool allPanels);
    void makePicture(const figures::FigureRequest& request);
    void makeNumbers(const figures::FigureRequest& request);
    /// Closes the files.
    void release();

  signals:
    void previewed(const rankscope::figures::Drawing& drawing);
    void previewFailed(const rankscope::Error& error);
    void written(const QStringList& files);
    void pictureMade(const QImage& image, const QByteArray& svg);
    void numbersMade(const QByteArray& csv);
    void failed(const rankscope::Error& error);

  private:
    struct Worker;

    template <class Work>
    void post(Work work);

    std::stop_source m_closing;
    QThread m_thread;
    Worker* m_worker; ///< lives in m_thread
    std::shared_ptr<std::atomic<int>> m_newest = std::make_shared<std::atomic<int>>(0);
};

} // namespace rankscope::ui
