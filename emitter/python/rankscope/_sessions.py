# SPDX-License-Identifier: Apache-2.0
"""Where a run's session file lies, and how a restarted job finds it again.

    NAME-YYYYmmdd-HHMMSS-KEY.rankscope    the session
    NAME-YYYYmmdd-HHMMSS-KEY.log          what its recorder says: also where it listens

KEY is the run's: whoever brings the same one continues the session.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
STAMP = r"\d{8}-\d{6}"
OURS = "+"  # in front of what is added to a run's id, which itself cannot have it in a key
MAX_NAME, MAX_KEY = 60, 24


def folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("RANKSCOPE_DIR") or "rankscope").absolute()


def key_of(run: str, nth: int = 1, part: int = 0) -> str:
    """The run's id as a part of a file's name; never the same for two runs, nor for two of the
    models that one process watches (nth) or of the process groups that watch one each (part)."""
    safe = UNSAFE.sub("_", run)
    key = run
    if safe != run or len(run) > MAX_KEY or re.search(f"{STAMP}-", run):
        digest = hashlib.blake2b(run.encode(errors="replace"), digest_size=4).hexdigest()
        key = f"{safe[: MAX_KEY - 9]}{OURS}{digest}"
    # Apart from the digest by their first letter.
    return key + (f"{OURS}m{nth}" if nth > 1 else "") + (f"{OURS}r{part}" if part else "")


def title(name: str | None) -> str:
    """What the run is called, else its script."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    text = name or (Path(main).stem if main else "run")
    return UNSAFE.sub("_", text)[:MAX_NAME].strip("._-") or "run"


def newest(where: Path, key: str) -> Path | None:
    """The session that was last begun with this key."""
    pattern = re.compile(rf".*-({STAMP})-{re.escape(key)}\.rankscope")
    found = [(m[1], name) for name in os.listdir(where) if (m := pattern.fullmatch(name))]
    return where / max(found)[1] if found else None


def fresh(where: Path, name: str | None, key: str) -> Path:
    """One that is not there yet."""
    now = time.time()
    while True:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        file = where / f"{title(name)}-{stamp}-{key}.rankscope"
        if not file.exists():
            return file
        now += 1
