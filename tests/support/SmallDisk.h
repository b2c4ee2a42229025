// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <vector>

namespace rankscope::support {

/// A disk of a few MiB that this process alone sees, and that is gone with it: a tmpfs in a mount
/// namespace of its own. Only root may make one, in a container that lets it. Before any thread.
class SmallDisk {
  public:
    SmallDisk(const std::filesystem::path& folder, int kibibytes) : m_folder(folder) {
        const std::string size = "size=" + std::to_string(kibibytes) + "k";
        m_mounted = unshare(CLONE_NEWNS) == 0 &&
                    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (m_mounted) {
            umount2(m_folder.c_str(), MNT_DETACH);
        }
    }

    [[nodiscard]] bool mounted() const { return m_mounted; }

    /// Somebody else's file takes everything that is left.
    void fill() const {
        std::ofstream other(m_folder / "other", std::ios::binary);
        const std::vector<char> block(4096);
        while (other.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void makeRoom() const { std::filesystem::remove(m_folder / "other"); }

  private:
    std::filesystem::path m_folder;
    bool m_mounted = false;
};

} // namespace rankscope::support
