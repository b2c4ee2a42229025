// SPDX-License-Identifier: Apache-2.0
// A recorder on a small disk that is filled and emptied again and again.
#include "tests/stress/Report.h"
#include "tests/support/FullDiskRun.h"

using namespace rankscope;

int main(int argc, char** argv) {
    stress::Report report(argc, argv);
    std::string folder = (std::filesystem::temp_directory_path() / "stress-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) {
        std::abort();
    }
    {
        const support::SmallDisk disk(folder, 32 << 10); // the log alone takes 8 MiB
        if (!disk.mounted()) {
            std::fprintf(stderr, "only root can mount a small disk here: nothing was tried\n");
            return EXIT_SUCCESS;
        }
        support::FullDiskRun run(disk, folder);
        const auto end =
            std::chrono::steady_clock::now() + std::chrono::duration<double>(60 * report.minutes());
        int pauses = 0;
        bool well = true;
        while (well && pauses < 5000 && std::chrono::steady_clock::now() < end) {
            well = run.pause();
            pauses += well ? 1 : 0;
        }
        well = well && run.finish();
        if (!well) {
            std::fprintf(stderr, "%s\n", run.problem().c_str());
        }
        report.figure(13, "times that the disk was full", pauses, "");
        report.atMost(13, "of them: a committed record lost, wrong books, or no resumption",
                      well ? 0 : 1, 0, "");
        report.figure(13, "records lost in pauses, declared as that",
                      static_cast<double>(run.lostPaused()), "");
        report.atMost(13, "records lost otherwise", static_cast<double>(run.lostOtherwise()), 0,
                      "");
        report.figure(13, "longest time from room to everything committed", run.worstResume(), "s");
    }
    std::filesystem::remove_all(folder);
    return report.exitCode();
}
