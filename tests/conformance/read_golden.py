# SPDX-License-Identifier: Apache-2.0
"""Reads the golden files with stock Python and compares every value and every bit."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import golden_values as golden
import msgpack
from plain import crc, packed_message, signed


def unpacked(data: bytes) -> list[list[Any]]:
    unpacker = msgpack.Unpacker(strict_map_key=False)
    unpacker.feed(data)
    return list(unpacker)


def same(a: list[list[Any]], b: list[list[Any]]) -> None:
    """By bytes: NaN is not equal to itself, and 0.0 is equal to -0.0."""
    for got, expected in zip(a, b, strict=True):
        assert packed_message(got) == packed_message(expected), (got, expected)


def check_messages(path: Path) -> None:
    data = path.read_bytes()
    same(unpacked(data), golden.messages)
    assert b"".join(map(packed_message, golden.messages)) == data, "encoded otherwise"


def check_session(path: Path, version: int) -> None:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    assert db.execute("PRAGMA application_id").fetchone() == (0x52534B53,)
    assert db.execute("PRAGMA user_version").fetchone() == (version,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    tables = ["meta", "totals", "hellos", "progress", "events", "sketches"]
    if version >= 2:
        tables += ["derived", "retention"]
        assert db.execute("SELECT stride FROM retention").fetchall() == [(1,)]
        rows = db.execute("SELECT id >> 48, id & 0xffffffffffff, data FROM derived").fetchall()
        assert rows == golden.derived
    for table in tables:
        rows = db.execute(f"SELECT * FROM {table}").fetchall()
        assert rows, table
        for *columns, stored in rows:
            assert crc(table, *columns) == stored, (table, columns)

    assert db.execute("SELECT value FROM meta WHERE key = 'run'").fetchone() == (golden.RUN,)
    assert db.execute("SELECT events, sketches FROM totals").fetchone() == (5, 1)
    key = signed(golden.INCARNATION)
    assert db.execute(
        "SELECT received, declared, last, bye FROM progress WHERE incarnation = ?", (key,)
    ).fetchone() == (2, 298, 300, 300)
    same(
        unpacked(db.execute("SELECT data FROM hellos WHERE incarnation = ?", (key,)).fetchone()[0]),
        [golden.hello],
    )

    (chunk,) = db.execute("SELECT first, first_step, last_step, count, data FROM events")
    assert chunk[:4] == (0, 70000, 70001, 5)
    without_sketch = [*golden.full_step[:16], None, golden.extras]
    same(
        unpacked(chunk[4]),
        [golden.hello, without_sketch, golden.nan_step, golden.gap, golden.bye],
    )
    step, count, data = db.execute("SELECT step, count, data FROM sketches").fetchone()
    assert (step, count) == (70000, 1)
    identity = [1, 2, golden.INCARNATION, 1, 1, 70000, 0, 0, 0, *[None] * 7]
    same(unpacked(data), [[*identity, golden.sketch, None]])


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    check_messages(folder / "messages.msgpack")
    check_session(folder / "session-v1.rankscope", 1)
    check_session(folder / "session-v2.rankscope", 2)
