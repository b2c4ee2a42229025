# SPDX-License-Identifier: Apache-2.0
"""The training never waits for a recorder, and a recorder that comes back misses nothing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import rankscope
import torch.multiprocessing as mp
from cases import Case, Training
from support import Recorder, _rank, metrics, rankscope_command, wait_until

WORLD = 2
STEPS = 120
TROUBLE_AT = 20  # steps made when the recorder gets into trouble


def train(rank: int, world: int, endpoint: str, folder: Path) -> None:
    """Stops at TROUBLE_AT and before close() until the test says go on; nothing else waits."""
    training = Training(Case("trouble"), rank, world)
    scope = rankscope.watch(training.ddp, endpoint=endpoint, run="trouble")
    for step in range(STEPS):
        if step == TROUBLE_AT:
            (folder / f"at-{rank}").touch()
            wait_until((folder / "trouble").exists)
        loss, weight = training.backward(step)
        training.update()
        scope.step(loss, weight=weight)
    (folder / f"trained-{rank}").touch()
    wait_until((folder / "close").exists)
    scope.close()


class Ranks:
    def __init__(self, endpoint: str, folder: Path) -> None:
        self.folder = folder
        work = (WORLD, train, (endpoint, folder), str(folder / "store"))
        self._context = mp.spawn(_rank, work, nprocs=WORLD, join=False)

    def wait_for(self, mark: str) -> None:
        wait_until(lambda: all((self.folder / f"{mark}-{r}").exists() for r in range(WORLD)))

    def say(self, mark: str) -> None:
        (self.folder / mark).touch()

    def join(self) -> None:
        while not self._context.join():
            pass


def recorded(file: Path) -> list[tuple[int, int]]:
    return [(int(r["step"]), int(r["rank"])) for r in metrics(file, "--per-rank")]


def check_complete(file: Path) -> None:
    assert recorded(file) == [(step, rank) for step in range(STEPS) for rank in range(WORLD)]
    rankscope_command("verify", file)


def test_absent(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "gone.rankscope")
    recorder.kill()
    ranks = Ranks(recorder.endpoint, tmp_path)
    ranks.wait_for("at")
    ranks.say("trouble")
    ranks.wait_for("trained")
    ranks.say("close")
    ranks.join()


@pytest.mark.parametrize("trouble", ["stopped", "killed"])
def test_comes_back(tmp_path: Path, trouble: str) -> None:
    file = tmp_path / "run.rankscope"
    recorder = Recorder(file)
    ranks = Ranks(recorder.endpoint, tmp_path)
    ranks.wait_for("at")
    wait_until(lambda: len(recorded(file)) == TROUBLE_AT * WORLD, every=0.25)
    if trouble == "stopped":
        recorder.process.send_signal(signal.SIGSTOP)
    else:
        recorder.kill()
    ranks.say("trouble")
    ranks.wait_for("trained")  # all the rest of the training, with nobody listening
    if trouble == "stopped":
        recorder.process.send_signal(signal.SIGCONT)
    else:
        recorder = Recorder(file, recorder.endpoint)
    wait_until(lambda: len(recorded(file)) == STEPS * WORLD, every=0.25)
    ranks.say("close")
    ranks.join()
    recorder.stop()
    check_complete(file)
