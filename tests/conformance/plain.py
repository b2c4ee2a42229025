# SPDX-License-Identifier: Apache-2.0
"""What PROTOCOL.md and FORMAT.md say, with nothing but msgpack, struct and zlib."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import msgpack

_packer = msgpack.Packer()
_single = msgpack.Packer(use_single_float=True)


def packed(value: Any) -> bytes:
    """A message as bytes: the scale of a step's sketch is the only float32."""
    if not isinstance(value, list):
        return _packer.pack(value)
    items = b"".join(packed(item) for item in value)
    return _packer.pack_array_header(len(value)) + items


def packed_sketch(sketch: list[Any]) -> bytes:
    seed, size, scale, values = sketch
    return (
        _packer.pack_array_header(4)
        + packed(seed)
        + packed(size)
        + _single.pack(scale)
        + packed(values)
    )


def packed_message(message: list[Any]) -> bytes:
    if message[1] != 2 or message[16] is None:
        return packed(message)
    items = [packed_sketch(x) if i == 16 else packed(x) for i, x in enumerate(message)]
    return _packer.pack_array_header(len(message)) + b"".join(items)


def crc(table: str, *columns: int | str | bytes) -> int:
    """CRC-32 of a row: the table's name, then every column but crc."""
    data = table.encode()
    for column in columns:
        if isinstance(column, int):
            data += struct.pack("<q", column)
        elif isinstance(column, str):
            data += column.encode() + b"\0"
        else:
            data += column
    return zlib.crc32(data)


def signed(value: int) -> int:
    """An unsigned number of 64 bits as SQLite keeps it."""
    return value - (1 << 64) if value >> 63 else value
