// SPDX-License-Identifier: Apache-2.0
#include "emitter/simulate/Board.h"

#include <sys/mman.h>

#include <new>

namespace rankscope::simulate {

std::shared_ptr<Board> Board::make() {
    void* const memory =
        mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return nullptr;
    }
    return {new (memory) Board, [](Board* board) { munmap(board, sizeof(Board)); }};
}

} // namespace rankscope::simulate
