# SPDX-License-Identifier: Apache-2.0
"""The golden messages in Python, written down by hand from PROTOCOL.md (see Golden.h)."""

from __future__ import annotations

import struct

HELLO, STEP, GAP, BYE, WELCOME, ACK = 1, 2, 3, 4, 5, 6
INCARNATION = 0xFEDCBA9876543210
RUN = "golden-run"


def float_of(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


hello = [
    1, HELLO, 0, INCARNATION, RUN, 1, 2, 3, "grüß", "node-7", 70000, "cuda:1", "torch 2.13.0",
    '{"lr": 0.001}', 1_700_000_000_123_456_789, ["embed", "head"], [1_000_000, 5_000_000_000], 4,
    [0, 1],
]  # fmt: skip
sketch = [0x0123456789ABCDEF, 4, 0.75, struct.pack("<4H", 0x3C00, 0xC000, 0x0001, 0x7BFF)]
extras = {
    1: struct.pack("<2d", 1.5, 1.25),
    2: 0xFFFFFFFFFFFFFFFF,
    3: 0,
    4: 127,
    5: 128,
    6: 65536.0,
    7: 0.25,
    8: 0.0625,
}
full_step = [
    1, STEP, INCARNATION, 1, 1, 70000, 1 | 4, 123_456_789_012, 2, 2.5, 512.0, 0.1, 1e-300, -0.0, 3,
    struct.pack("<6d", 1, 2, 3, 0.5, 0.25, -0.125), sketch, extras,
]  # fmt: skip
nan_step = [
    1, STEP, INCARNATION, 2, 1, 70001, 0, 0, 0, float_of(0x7FF8DEADBEEF0001), float("-inf"),
    None, None, None, None, None, None, None,
]  # fmt: skip
gap = [1, GAP, INCARNATION, 1, 3, 300, 1]
bye = [1, BYE, INCARNATION, 1, 300]
welcome = [1, WELCOME, 0, INCARNATION, True, 2, RUN, ""]
refusal = [1, WELCOME, 0, INCARNATION, False, 0, "", "another run is being recorded"]
ack = [1, ACK, INCARNATION, 2]
ack_of_bye = [1, ACK, INCARNATION, 300, True]

messages = [hello, full_step, nan_step, gap, bye, welcome, refusal, ack, ack_of_bye]

# What a session keeps beside them: kind, number, data.
derived = [(1, 0, b"\x80"), (3, 273, b"\x00\xff")]
