# SPDX-License-Identifier: Apache-2.0
"""The demo's settings and faults do to the ranks what they say: seen in the recording."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import alpaca
import msgpack
import numpy as np
import pytest
from faults import KINDS
from instructions import GeneratedRecords, collate, encode
from model import IGNORED
from sharding import SETTINGS, SHARDINGS, Plan
from support import Recorder, metrics, run_ranks, watch_connected

WORLD = 3
STEPS = 3
FAULT_RANK, FAULT_STEP = 1, 1

SMALL = ["--width", "32", "--layers", "1", "--context", "96", "--batch", "2"]
RUNS = {
    **{f"{s}-{t}": ["--sharding", s, "--setting", t] for s in SHARDINGS for t in SETTINGS},
    **{
        kind: ["--fault", kind, "--fault-rank", str(FAULT_RANK), "--fault-step", str(FAULT_STEP)]
        for kind in KINDS
    },
    "healthy": [],
    "accumulated": ["--accumulate", "2"],
}


def _train_all(rank: int, world: int, endpoints: dict[str, str], folder: Path) -> None:
    for name, arguments in RUNS.items():
        alpaca.rankscope = SimpleNamespace(  # a training is longer than this test
            watch=lambda model, endpoint=endpoints[name], **options: watch_connected(
                model, endpoint, **options
            )
        )
        outcome = alpaca.train(alpaca.parse(["--steps", str(STEPS), *SMALL, *arguments]))
        (folder / f"{name}-{rank}.checksum").write_text(outcome.checksum)


@dataclass(frozen=True)
class Runs:
    folder: Path

    def column(self, run: str, name: str) -> np.ndarray:
        """A column of `metrics --per-rank`, (steps, ranks); undefined is NaN."""
        rows = metrics(self.folder / f"{run}.rankscope", "--per-rank")
        values = [math.nan if row[name] == "" else float(row[name]) for row in rows]
        return np.array(values).reshape(STEPS, WORLD)

    def hashes(self, run: str) -> np.ndarray:
        """Of the samples that were read, (steps, ranks), from the file itself."""
        out = np.zeros((STEPS, WORLD), dtype=np.uint64)
        with sqlite3.connect(self.folder / f"{run}.rankscope") as session:
            for (data,) in session.execute("SELECT data FROM events"):
                unpacker = msgpack.Unpacker(strict_map_key=False)
                unpacker.feed(data)
                for message in unpacker:
                    if message[1] == 2:  # a step record
                        out[message[5], message[4]] = message[17][2]
        return out

    def checksums(self, run: str) -> set[str]:
        return {(self.folder / f"{run}-{r}.checksum").read_text() for r in range(WORLD)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("example")
    recorders = {name: Recorder(folder / f"{name}.rankscope") for name in RUNS}
    endpoints = {name: recorder.endpoint for name, recorder in recorders.items()}
    try:
        run_ranks(WORLD, _train_all, endpoints, folder, store=folder / "store")
    finally:
        for recorder in recorders.values():
            recorder.stop()
    return Runs(folder)


def distinct(values: np.ndarray) -> list[int]:
    """How many different values the ranks have, per step."""
    return [len(set(row)) for row in values.tolist()]


@pytest.mark.parametrize(
    ("setting", "batches", "losses"),
    [("standard", 1, WORLD), ("s1-1", 1, 1), ("s1-2", 2, 2), ("s1-3", WORLD, WORLD)],
)
def test_replicate(runs: Runs, setting: str, batches: int, losses: int) -> None:
    """Each rank reads the whole set: equal seeds mean equal batches, and with the same dropout
    the same loss and gradient."""
    run = f"replicate-{setting}"
    assert distinct(runs.hashes(run)) == [batches] * STEPS
    assert distinct(runs.column(run, "loss")) == [losses] * STEPS
    assert distinct(runs.column(run, "grad_norm")) == [losses] * STEPS
    if setting == "s1-1":
        assert runs.column(run, "cosine_loo") == pytest.approx(1, abs=1e-6)
    if setting == "s1-2":  # rank 0 is the one that differs
        loss = runs.column(run, "loss")
        assert (loss[:, 1] == loss[:, 2]).all()


@pytest.mark.parametrize("setting", SETTINGS)
def test_partition(runs: Runs, setting: str) -> None:
    run = f"partition-{setting}"
    assert distinct(runs.hashes(run)) == [WORLD] * STEPS
    assert distinct(runs.column(run, "loss")) == [WORLD] * STEPS


def test_settings_differ_in_dropout_alone_where_they_read_the_same(runs: Runs) -> None:
    standard, same_dropout = "partition-standard", "partition-s1-1"
    assert (runs.hashes(standard) == runs.hashes(same_dropout)).all()
    assert (runs.column(standard, "loss") != runs.column(same_dropout, "loss")).all()


def test_a_partition_is_disjoint_when_the_sampler_seeds_agree() -> None:
    for setting in SETTINGS:
        plan = Plan(99, WORLD, 3, "partition", setting, seed=0)
        per_rank = [{i for s in range(11) for i in plan.samples(r, s)} for r in range(WORLD)]
        assert [len(samples) for samples in per_rank] == [33] * WORLD  # an epoch, nothing twice
        disjoint = len(set.union(*per_rank)) == 99
        assert disjoint == (setting in ("standard", "s1-1")), setting
        assert plan.samples(0, 0) != plan.samples(0, 11), "each epoch has an order of its own"


def test_ranks_stay_together(runs: Runs) -> None:
    for name in RUNS:
        assert len(runs.checksums(name)) == (1 if name != "param-desync" else 2), name


def test_faults(runs: Runs) -> None:
    def differs(kind: str, column: str) -> list[tuple[int, int]]:
        a, b = runs.column(kind, column), runs.column("healthy", column)
        return [tuple(i) for i in np.argwhere(~((a == b) | (np.isnan(a) & np.isnan(b)))).tolist()]

    struck = (FAULT_STEP, FAULT_RANK)
    for kind in ("corrupt-shard", "dropout-off", "nan", "param-desync", "short-batches"):
        first = [place for place in differs(kind, "loss") if place[0] <= FAULT_STEP]
        assert first == [struck], kind
    for kind in ("loss-scale", "bitflip"):
        first = [place for place in differs(kind, "grad_norm") if place[0] <= FAULT_STEP]
        assert first == [struck], kind
        assert not [place for place in differs(kind, "loss") if place[0] <= FAULT_STEP], kind
    hashes = runs.hashes("same-data")
    assert distinct(hashes) == [WORLD, WORLD - 1, WORLD - 1]
    assert (hashes[FAULT_STEP:, FAULT_RANK] == hashes[FAULT_STEP:, FAULT_RANK + 1]).all()
    assert math.isnan(runs.column("nan", "loss")[struck])
    assert (runs.column("nan", "flags")[FAULT_STEP] == 4).all(), "all ranks skip the step"
    assert runs.column("dropout-off", "flags")[struck] == 8


def test_loss_is_of_all_micro_batches(runs: Runs) -> None:
    """Two micro-batches of two are one batch of four: the weight says how many bytes answered."""
    weights = runs.column("accumulated", "weight")
    records = GeneratedRecords(20_000, 0)
    plan = Plan(len(records), WORLD, 4, "partition", "standard", 0)
    for step in range(STEPS):
        for rank in range(WORLD):
            samples = [encode(records[i], 96) for i in plan.samples(rank, step)]
            assert weights[step, rank] == sum(len(response) for _, response in samples)


def test_only_responses_are_labelled() -> None:
    records = GeneratedRecords(500, 3)
    for record in records:
        prompt, response = encode(record, 128)
        inputs, labels = collate([(prompt, response)])
        assert inputs.shape[1] <= 128
        assert labels[labels != IGNORED].tolist() == response
        assert record.output.encode().startswith(bytes(response[:-1]))
    assert len(set(records)) > 400
    assert list(records) == list(GeneratedRecords(500, 3))
