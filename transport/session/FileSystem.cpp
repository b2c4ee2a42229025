// SPDX-License-Identifier: Apache-2.0
#include "transport/session/FileSystem.h"

#include <algorithm>
#include <array>
#include <sys/vfs.h>

namespace rankscope::session {
namespace {

// Numbers from Linux's include/uapi/linux/magic.h and the makers of the file systems.
constexpr std::array<std::uint32_t, 13> kNetworkTypes{
    0x6969,     // NFS
    0x517b,     // SMB
    0xff534d42, // CIFS
    0xfe534d42, // SMB 2
    0x0bd00bd0, // Lustre
    0x47504653, // GPFS
    0x65735546, // FUSE: sshfs and others, who knows
    0x00c36400, // Ceph
    0x19830326, // BeeGFS
    0x5346414f, // AFS
    0x01021997, // 9P
    0x01161970, // GFS2
    0x7461636f, // OCFS2
};

} // namespace

bool isNetworkType(std::uint32_t type) {
    return std::find(kNetworkTypes.begin(), kNetworkTypes.end(), type) != kNetworkTypes.end();
}

bool isOnNetwork(const std::filesystem::path& path) {
    struct statfs info {};
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    return statfs(folder.c_str(), &info) == 0 &&
           isNetworkType(static_cast<std::uint32_t>(info.f_type));
}

} // namespace rankscope::session
