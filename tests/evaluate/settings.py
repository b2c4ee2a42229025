# SPDX-License-Identifier: Apache-2.0
"""Trains the demo under every setting and sharding, records each run, and prints the table of
docs/settings.md; with --plot also draws its picture.

Eight real 8-rank runs: about half an hour on two cores. Every figure comes out of
`rankscope metrics` on a recorded session; nothing is computed from inside the training.
"""

import argparse
import csv
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"
VENV = ROOT / "build/venv/bin"
SETTINGS = ("standard", "s1-1", "s1-2", "s1-3")
SHARDINGS = ("partition", "replicate")


@dataclass
class Row:
    sharding: str
    setting: str
    loss_std: float
    norm_std: float
    cosine: float
    loss_end: float  # mean training loss over the last fifth of the steps
    roughness: float  # std of the mean loss's change from step to step, over the last half
    same_batch: float  # share of steps at which all ranks read the same data


def record(path: Path, sharding: str, setting: str, steps: int, ranks: int) -> None:
    path.unlink(missing_ok=True)
    recorder = subprocess.Popen(
        [
            BIN / "rankscope",
            "record",
            "--listen",
            "tcp://127.0.0.1:*",
            "--out",
            path,
            "--once",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert recorder.stderr is not None
        line = next(line for line in recorder.stderr if line.startswith("listening "))
        command = [
            VENV / "torchrun",
            "--rdzv-backend=c10d",
            "--rdzv-endpoint=127.0.0.1:0",
            f"--nproc-per-node={ranks}",
        ]
        command += [ROOT / "emitter/examples/alpaca.py", f"--steps={steps}"]
        command += [f"--sharding={sharding}", f"--setting={setting}"]
        environment = os.environ | {
            "RANKSCOPE_ENDPOINT": line.split()[1],
            "OMP_NUM_THREADS": "1",
        }
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        recorder.wait(timeout=60)
    finally:
        recorder.kill()


def table(path: Path, *arguments: str) -> list[dict[str, str]]:
    command = [BIN / "rankscope", "metrics", path, *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return list(csv.DictReader(output.splitlines()))


def mean(rows: list[dict[str, str]], column: str) -> float:
    values = [float(row[column]) for row in rows if row[column]]
    return sum(values) / len(values) if values else math.nan


def roughness(losses: list[float]) -> float:
    return statistics.stdev(b - a for a, b in itertools.pairwise(losses))


def summarise(path: Path, sharding: str, setting: str) -> Row:
    rows = table(path)
    batches: dict[str, set[str]] = defaultdict(set)
    for row in table(path, "--per-rank"):
        batches[row["step"]].add(row["data_hash"])
    return Row(
        sharding,
        setting,
        mean(rows, "loss_std"),
        mean(rows, "grad_norm_std"),
        mean(rows, "cosine_mean"),
        mean(rows[-len(rows) // 5 :], "loss_mean"),
        roughness([float(row["loss_mean"]) for row in rows[len(rows) // 2 :]]),
        sum(len(hashes) == 1 for hashes in batches.values()) / len(batches),
    )


def markdown(rows: list[Row]) -> str:
    lines = [
        (
            "| sharding | setting | loss std | gradient-norm std | mean pairwise cosine |"
            " loss at the end | roughness | steps on which all ranks read the same batch |"
        ),
        "|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        lines.append(
            f"| {r.sharding} | {r.setting} | {r.loss_std:.4f} | {r.norm_std:.4f} |"
            f" {r.cosine:.4f} | {r.loss_end:.3f} | {r.roughness:.3f} | {r.same_batch:.0%} |"
        )
    return "\n".join(lines)


def plot(recordings: Path, picture: Path) -> None:
    """Loss of every rank (grey) and their mean (black), one panel per run, shared axes."""
    import matplotlib.pyplot as plt

    plt.rcParams["font.size"] = 8
    figure, axes = plt.subplots(2, 4, sharex=True, sharey=True, figsize=(7.1, 3.4))
    for row, sharding in zip(axes, SHARDINGS, strict=True):
        for axis, setting in zip(row, SETTINGS, strict=True):
            path = recordings / f"{sharding}-{setting}.rankscope"
            ranks: dict[str, list[float]] = defaultdict(list)
            for entry in table(path, "--per-rank"):
                ranks[entry["rank"]].append(float(entry["loss"]))
            for losses in ranks.values():
                axis.plot(losses, color="#8A8A8A", linewidth=0.4)
            axis.plot([float(r["loss_mean"]) for r in table(path)], color="#0E1116", linewidth=0.9)
            axis.set_title(f"{sharding}, {setting}", fontsize=9)
            axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[1]:
        axis.set_xlabel("step")
    for axis in axes[:, 0]:
        axis.set_ylabel("loss, nats per byte")
    figure.tight_layout()
    figure.savefig(picture, dpi=200)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--ranks", type=int, default=8)
    parser.add_argument("--reuse", action="store_true", help="take recordings that are there")
    parser.add_argument("--plot", type=Path, help="draw the loss of every run into this file")
    parser.add_argument("--out", type=Path, default=ROOT / "build/evaluate")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for sharding in SHARDINGS:
        for setting in SETTINGS:
            path = options.out / f"{sharding}-{setting}.rankscope"
            print(f"{sharding}, {setting} ...", file=sys.stderr, flush=True)
            if not (options.reuse and path.exists()):
                record(path, sharding, setting, options.steps, options.ranks)
            rows.append(summarise(path, sharding, setting))
            print(markdown(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    (options.out / "settings.json").write_text(json.dumps([vars(r) for r in rows], indent=1))
    if options.plot:
        plot(options.out, options.plot)
    print(markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
