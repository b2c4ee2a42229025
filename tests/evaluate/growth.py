# SPDX-License-Identifier: Apache-2.0
"""How fast a session file grows: records real (simulated) runs and prints the table of
docs/recording.md, bytes of the files divided by their steps."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(os.environ.get("RANKSCOPE_BIN", "build/release/bin"))
DAY = 86_400
BUDGET = 8 << 30


def default_sketch(world: int) -> int:
    """As rankscope.watch() takes it."""
    return 4096 if world < 32 else 2048 if world < 64 else 1024


def record(folder: Path, world: int, steps: int, sketches: str) -> int:
    """Records a run and returns the size of its file."""
    out = folder / f"{world}-{steps}-{sketches}.rankscope"
    command = [BIN / "rankscope", "record", "--listen", "tcp://127.0.0.1:0", "--out", out]
    recorder = subprocess.Popen(
        [*command, "--once", "--sketches", sketches], stderr=subprocess.PIPE, text=True
    )
    assert recorder.stderr
    endpoint = ""
    while not endpoint:
        line = recorder.stderr.readline()
        assert line, "the recorder did not start"
        endpoint = line.strip().removeprefix("listening ") if "listening" in line else ""
    simulate = [BIN / "rankscope", "simulate", "--connect", endpoint, "--ranks", str(world)]
    simulate += ["--steps", str(steps), "--sketch", str(default_sketch(world))]
    subprocess.run(simulate, check=True, stdout=subprocess.DEVNULL)
    recorder.communicate(timeout=300)
    assert recorder.returncode == 0
    size = out.stat().st_size
    out.unlink()
    return size


def per_step(folder: Path, world: int, steps: int, sketches: str) -> float:
    """Without what every file has: the difference of a long and a short run."""
    short = steps // 4
    return (record(folder, world, steps, sketches) - record(folder, world, short, sketches)) / (
        steps - short
    )


def gigabytes(size: float) -> str:
    return f"{size / 1e9:.3g} GB"


def duration(days: float) -> str:
    hours = days * 24
    if hours >= 48:
        return f"{days:.0f} days"
    return f"{hours:.2g} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="where to record (default: a temporary place)")
    place = tempfile.TemporaryDirectory(dir=parser.parse_args().folder)
    heads = "ranks, steps/s, records a day, sketches a day, 8 GiB of sketches last, after a week"
    print(f"| {heads.replace(', ', ' | ')} |")
    print("|---|---|---|---|---|---|")
    with place as folder:
        for world, steps in ((8, 1200), (64, 400), (1024, 60)):
            records = per_step(Path(folder), world, steps, "none")
            sketches = per_step(Path(folder), world, steps, "all") - records
            print(f"{world} ranks: {records:.0f} + {sketches:.0f} B/step", file=sys.stderr)
            for rate in (1, 10):
                day = DAY * rate
                whole = BUDGET / (sketches * day)
                stride = 1
                # The newest quarter is whole, 5/8 more are filled by what the stride leaves.
                while sketches * (day * 7 - 0.25 * BUDGET / sketches) / stride > BUDGET * 5 / 8:
                    stride *= 2
                kept = "every step" if stride == 1 else f"every {stride} steps"
                print(
                    f"| {world} | {rate} | {gigabytes(records * day)} | {gigabytes(sketches * day)}"
                    f" | {duration(whole * 7 / 8)} | {kept} |"
                )


if __name__ == "__main__":
    main()
