# SPDX-License-Identifier: Apache-2.0
"""The view port's golden messages, written down by hand from PROTOCOL.md (see GoldenView.h).

Usage: golden_view.py FILE. Compares the file's bytes; writes them when there is no such file yet.
"""

from __future__ import annotations

import sys
from pathlib import Path

from plain import packed_message

PROGRAM = "rankscope 0.1.0"

requests = [
    [1, 16, 1, 0, PROGRAM],
    [1, 17, 2],
    [1, 18, 3],
    [1, 19, 4, 1_000_000, 65536],
    [1, 20, 5, 70000, 70100, 300, 1_048_576],
    [1, 21, 6, 70000, 0, 1_048_576],
    [1, 22, 0xFFFFFFFFFFFFFFFF, 3, 0, 2**48, 32768],
]
piece = [1, 31, 6, 2, b"\x94\x01"]
answers = [
    [1, 32, 0, PROGRAM, 1_700_000_000_123_456_789],
    [1, 33, "golden-run", PROGRAM, 1_700_000_000_123_456_789, 2, True, 123_456_789_012],
    [1, 34, 0xFEDCBA9876543210],
    [1, 35, 305, None, [[0, -1, -1, 1, b"\xc0", 0xDEADBEEF], [1, 70000, 70001, 304, b"", 0]]],
    [1, 35, None, 17, []],
    [1, 36, [[1, 70000, 2, b"\x01\x02\x03", 7]]],
    [1, 37, [[2, 3, b"\x00", 0xFFFFFFFF]]],
    [1, 38, 7, "nothing is there yet", "wait"],
]

if __name__ == "__main__":
    path = Path(sys.argv[1])
    data = b"".join(map(packed_message, [*requests, piece, *answers]))
    if not path.exists():
        path.write_bytes(data)
    assert path.read_bytes() == data, "encoded otherwise"
