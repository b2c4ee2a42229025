// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sqlite3.h>

namespace rankscope::support {

enum class DiskFault {
    Error, ///< EIO
    Full,  ///< ENOSPC
    Short, ///< half of it is written, then the disk is full
    Sync,  ///< what was written cannot be made durable
};

/// While it lives, SQLite in this process writes to a disk that fails: a shim in front of SQLite's
/// own access to files. Counts writes to databases and their logs (for DiskFault::Sync, syncs).
/// One at a time, and no open database when it comes or goes.
class FaultyDisk {
  public:
    FaultyDisk() {
        s_disk = this;
        m_real = sqlite3_vfs_find(nullptr);
        m_shim = *m_real;
        m_shim.pNext = nullptr;
        m_shim.zName = "rankscope-faulty";
        m_shim.szOsFile = static_cast<int>(sizeof(File)) + m_real->szOsFile;
        m_shim.xOpen = open;
        sqlite3_vfs_register(&m_shim, 1);
    }
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk() {
        sqlite3_vfs_unregister(&m_shim);
        sqlite3_vfs_register(m_real, 1);
        s_disk = nullptr;
    }

    /// The `number`-th operation from now on fails, counted from 1, and those behind it until
    /// `count` have.
    void failAt(DiskFault fault, std::int64_t number, std::int64_t count = 1) {
        m_fault = fault;
        m_operations = 0;
        m_first = number;
        m_last = number + count - 1;
    }
    void heal() { m_first = m_last = 0; }
    [[nodiscard]] std::int64_t operations() const { return m_operations; }
    [[nodiscard]] bool hasFailed() const { return m_first > 0 && m_operations >= m_first; }

  private:
    struct File {
        sqlite3_file base;
        sqlite3_file* real;
    };

    static sqlite3_file* realOf(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

    bool failsNow(bool isSync) {
        if (isSync != (m_fault == DiskFault::Sync)) {
            return false;
        }
        ++m_operations;
        return m_operations >= m_first && m_operations <= m_last;
    }

    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
        sqlite3_file* real = realOf(file);
        if (!s_disk->failsNow(false)) {
            return real->pMethods->xWrite(real, data, size, offset);
        }
        if (s_disk->m_fault == DiskFault::Error) {
            return SQLITE_IOERR_WRITE;
        }
        if (s_disk->m_fault == DiskFault::Short) {
            real->pMethods->xWrite(real, data, size / 2, offset);
        }
        return SQLITE_FULL;
    }
    static int sync(sqlite3_file* file, int flags) {
        sqlite3_file* real = realOf(file);
        return s_disk->failsNow(true) ? SQLITE_IOERR_FSYNC : real->pMethods->xSync(real, flags);
    }

    /// Hands a call on as it is.
    template <auto Method>
    struct Forward;
    template <class... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
    struct Forward<Method> {
        static int call(sqlite3_file* file, Arguments... arguments) {
            sqlite3_file* real = realOf(file);
            return (real->pMethods->*Method)(real, arguments...);
        }
    };
    static void shmBarrier(sqlite3_file* file) {
        sqlite3_file* real = realOf(file);
        real->pMethods->xShmBarrier(real);
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
        using M = sqlite3_io_methods;
        static constexpr M kMethods{3,
                                    Forward<&M::xClose>::call,
                                    Forward<&M::xRead>::call,
                                    write,
                                    Forward<&M::xTruncate>::call,
                                    sync,
                                    Forward<&M::xFileSize>::call,
                                    Forward<&M::xLock>::call,
                                    Forward<&M::xUnlock>::call,
                                    Forward<&M::xCheckReservedLock>::call,
                                    Forward<&M::xFileControl>::call,
                                    Forward<&M::xSectorSize>::call,
                                    Forward<&M::xDeviceCharacteristics>::call,
                                    Forward<&M::xShmMap>::call,
                                    Forward<&M::xShmLock>::call,
                                    shmBarrier,
                                    Forward<&M::xShmUnmap>::call,
                                    Forward<&M::xFetch>::call,
                                    Forward<&M::xUnfetch>::call};
        auto* ours = reinterpret_cast<File*>(file);
        ours->base.pMethods = nullptr;
        ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
        std::memset(ours->real, 0, static_cast<std::size_t>(s_disk->m_real->szOsFile));
        const int code = s_disk->m_real->xOpen(s_disk->m_real, name, ours->real, flags, outFlags);
        if (ours->real->pMethods != nullptr) {
            ours->base.pMethods = &kMethods;
        }
        return code;
    }

    static inline FaultyDisk* s_disk = nullptr;

    sqlite3_vfs* m_real = nullptr;
    sqlite3_vfs m_shim{};
    DiskFault m_fault = DiskFault::Error;
    std::int64_t m_operations = 0, m_first = 0, m_last = 0;
};

} // namespace rankscope::support
