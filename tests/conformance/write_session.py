# SPDX-License-Identifier: Apache-2.0
"""Writes the golden session with stock Python, from FORMAT.md alone, for the C++ reader."""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path

import golden_values as golden
from plain import crc, packed_message, signed

FORMAT = Path(__file__).parents[2] / "transport" / "session" / "FORMAT.md"


def insert(db: sqlite3.Connection, table: str, *columns: int | str | bytes) -> None:
    marks = ", ".join("?" * (len(columns) + 1))
    db.execute(f"INSERT INTO {table} VALUES({marks})", (*columns, crc(table, *columns)))


def write(path: str) -> None:
    schema = re.search(r"```sql\n(.*?)```", FORMAT.read_text(), re.DOTALL)
    assert schema, "FORMAT.md has no schema"
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA application_id = {0x52534B53}")
    db.execute("PRAGMA user_version = 2")
    db.executescript(schema[1])
    insert(db, "meta", "run", golden.RUN)
    insert(db, "meta", "created_by", "write_session.py")
    insert(db, "meta", "created_unix_ns", "1700000000000000000")
    insert(db, "totals", 1, 5, 1)
    key = signed(golden.INCARNATION)
    insert(db, "hellos", key, packed_message(golden.hello))
    insert(db, "progress", key, 2, 298, 300, 300)
    without_sketch = [*golden.full_step[:16], None, golden.extras]
    events = [golden.hello, without_sketch, golden.nan_step, golden.gap, golden.bye]
    insert(db, "events", 0, 70000, 70001, len(events), b"".join(map(packed_message, events)))
    identity = [1, 2, golden.INCARNATION, 1, 1, 70000, 0, 0, 0, *[None] * 7]
    insert(db, "sketches", 1, 70000, 1, packed_message([*identity, golden.sketch, None]))
    for kind, number, data in golden.derived:
        insert(db, "derived", kind << 48 | number, data)
    db.commit()
    db.close()


if __name__ == "__main__":
    write(sys.argv[1])
