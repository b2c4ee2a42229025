# SPDX-License-Identifier: Apache-2.0
"""Data races: the tests of all that has threads and no Qt in it, and the programs that they start,
under ThreadSanitizer. `--targets` lists what has to be built (preset tsan)."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/tsan"
# Left out: TestHotPath, which forbids the system calls that ThreadSanitizer makes; TestCApi and
# TestSenderProcess, whose forked children start threads, which it cannot follow;
# TestSimulateWorker, which fills a ring and takes minutes for it here.
PROGRAMS = """
    TestRing TestChannel TestDelivery TestDeliveryTurns TestSimulation TestDealer TestCollector
    TestSecurity TestViewLink TestViewFaults TestViewSecurity TestSession TestSessionRows
    TestRecorder TestFullDisk TestRun TestComparison TestRecord
""".split()
LONGEST_SECONDS = 600  # of one program
WARNING = re.compile(r"^WARNING: ThreadSanitizer: .*?^SUMMARY: ([^\n]*)", re.MULTILINE | re.DOTALL)


def run(program: str, folder: Path) -> bool:
    """Whether the program came to its end. What its tests find is another matter: a few are too
    slow like this, or fork."""
    options = {
        "suppressions": ROOT / "tests/stress/tsan.supp",
        "log_path": folder / program,
        "die_after_fork": 0,
    }
    environment = {
        **os.environ,
        "TSAN_OPTIONS": " ".join(f"{name}={value}" for name, value in options.items()),
        "QT_QPA_PLATFORM": "offscreen",
        "RANKSCOPE_BIN": str(BUILD / "bin"),
        "RANKSCOPE_SOURCE": str(ROOT),
    }
    print(f"  {program}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            [BUILD / "tests" / program],
            env=environment,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}", file=sys.stderr)
        return False
    return done.returncode >= 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--targets", action="store_true")
    options = parser.parse_args()
    if options.targets:
        print(" ".join(PROGRAMS))
        return 0
    end = time.monotonic() + 60 * options.minutes
    died, runs, races = [], 0, []
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        while runs < len(PROGRAMS) or time.monotonic() < end:
            program = PROGRAMS[runs % len(PROGRAMS)]
            if not run(program, folder):
                died.append(program)
            runs += 1
        for log in folder.iterdir():
            races += WARNING.finditer(log.read_text(errors="replace"))
    found = BUILD / "races.log"
    found.write_text("\n\n".join(race[0] for race in races))
    for summary in sorted({race[1] for race in races}):
        print(f"  {summary} (see {found})", file=sys.stderr)
    verdict = "MISSED" if races or died else "met"
    what = f"data races in {len(PROGRAMS)} test programs, run {runs} times"
    print(
        f"2\t{what}\t{len(races)}{' and died: ' if died else ''}{' '.join(died)}\t<= 0\t{verdict}"
    )
    return 1 if races or died else 0


if __name__ == "__main__":
    sys.exit(main())
