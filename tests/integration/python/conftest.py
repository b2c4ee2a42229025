# SPDX-License-Identifier: Apache-2.0
"""One spawn of the ranks per world size, shared by all tests: importing torch is what costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from cases import cases_for, final_weights, joined_weights, record_case, sparse_weights
from support import Recorder, run_ranks

WORLDS = (2, 3, 8)


@dataclass(frozen=True)
class WorldRun:
    """What the ranks of one world left behind."""

    world: int
    folder: Path

    def session(self, case: str) -> Path:
        return self.folder / f"{case}.rankscope"

    def reference(self, case: str) -> dict[str, np.ndarray]:
        with np.load(self.folder / f"{case}.npz") as arrays:
            return dict(arrays)

    def weights(self) -> dict[str, list[list[str]]]:
        """By case: one [without, with the emitter] pair per rank."""
        ranks = [
            json.loads((self.folder / f"weights-{rank}.json").read_text())
            for rank in range(self.world)
        ]
        return {name: [of_rank[name] for of_rank in ranks] for name in ranks[0]}


def _work(rank: int, world: int, folder: Path, endpoints: dict[str, str]) -> None:
    for case in cases_for(world):
        record_case(case, rank, world, endpoints[case.name], folder / f"{case.name}.npz")
    weights = {
        case.name: [
            final_weights(case, rank, world, None),
            final_weights(case, rank, world, endpoints["weights"]),
        ]
        for case in cases_for(world)
    }
    weights["sparse"] = [sparse_weights(rank, None), sparse_weights(rank, endpoints["weights"])]
    for name, static in {"joined": True, "joined-few": False}.items():
        weights[name] = [
            joined_weights(rank, to, divide_by_initial_world_size=static)
            for to in (None, endpoints[name])
        ]
    (folder / f"weights-{rank}.json").write_text(json.dumps(weights))


@pytest.fixture(scope="session")
def run_world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], WorldRun]:
    @cache
    def run(world: int) -> WorldRun:
        folder = tmp_path_factory.mktemp(f"world{world}")
        names = [case.name for case in cases_for(world)] + ["weights", "joined", "joined-few"]
        recorders = {name: Recorder(folder / f"{name}.rankscope") for name in names}
        endpoints = {name: recorder.endpoint for name, recorder in recorders.items()}
        try:
            run_ranks(world, _work, folder, endpoints, store=folder / "store")
        finally:
            for recorder in recorders.values():
                recorder.stop()
        return WorldRun(world, folder)

    return run


@pytest.fixture(params=WORLDS, ids=lambda world: f"W{world}")
def world_run(request: pytest.FixtureRequest, run_world: Callable[[int], WorldRun]) -> WorldRun:
    return run_world(request.param)
