# SPDX-License-Identifier: Apache-2.0
"""A rank's sender is a process of its own: what happens to the one does not happen to the other."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import rankscope
from support import Recorder, metrics, rankscope_command, senders_of, wait_until

GONE_WITHIN = 5.0  # seconds from the rank's death

# Trains for ever, a step in 2 ms or so, with a data loader that has workers.
RANK = """
import os, rankscope, sys, time, torch
from torch.utils.data import DataLoader, TensorDataset

def main():
    data = TensorDataset(torch.randn(64, 4))
    loader = DataLoader(data, batch_size=8, num_workers=2, persistent_workers=True)
    model = torch.nn.Linear(4, 1)
    scope = rankscope.watch(model, config={"secret": "no"})
    step = 0
    while True:
        for (x,) in loader:
            scope.step(float(model(x).sum()))
            step += 1
            if step == 1 or (step % 10 == 0 and scope.connected):
                print(step, flush=True)
            time.sleep(0.001)
            if os.path.exists(sys.argv[1]):
                sys.exit(3)
main()
"""


class Rank:
    def __init__(self, endpoint: str, folder: Path, **environment: str) -> None:
        self.stop_file = folder / "stop"
        self.process = subprocess.Popen(
            [sys.executable, "-c", RANK, self.stop_file],
            env={**os.environ, "RANKSCOPE_ENDPOINT": endpoint, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def steps(self) -> int:
        """Waits for the next that it says it has made."""
        line = self.process.stdout.readline()
        assert line, "the rank has ended"
        return int(line)

    def train_until(self, step: int) -> None:
        while self.steps() < step:
            pass

    def senders(self) -> list[int]:
        return senders_of(self.process.pid)

    def wait_until_gone(self) -> float:
        """Seconds from now until no sender of this rank is left."""
        start = time.monotonic()
        wait_until(lambda: not self.senders(), 30)
        return time.monotonic() - start


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(tmp_path / "run.rankscope")
    yield recorder
    recorder.kill()


@pytest.fixture
def rank(recorder: Recorder, tmp_path: Path) -> Iterator[Rank]:
    rank = Rank(recorder.endpoint, tmp_path)
    yield rank
    if rank.process.poll() is None:
        os.killpg(rank.process.pid, signal.SIGKILL)
    rank.process.wait(30)


def check_whole(recorder: Recorder, at_least: int) -> None:
    """No step is missing up to the last one that was made."""
    recorder.stop()
    steps = [int(row["step"]) for row in metrics(recorder.file, "--per-rank")]
    assert steps == list(range(len(steps)))
    assert len(steps) >= at_least
    rankscope_command("verify", recorder.file)


def test_ctrl_c_reaches_the_rank_alone(rank: Rank, recorder: Recorder) -> None:
    rank.train_until(100)
    os.killpg(rank.process.pid, signal.SIGINT)  # as a terminal does
    rank.process.wait(60)
    assert rank.wait_until_gone() < GONE_WITHIN
    check_whole(recorder, 100)


def test_a_killed_rank_is_delivered(rank: Rank, recorder: Recorder) -> None:
    rank.train_until(100)
    rank.process.kill()  # its loader's workers live on for a while
    rank.process.wait(60)
    assert rank.wait_until_gone() < GONE_WITHIN
    check_whole(recorder, 100)


def test_killed_senders_cost_nothing(rank: Rank, recorder: Recorder) -> None:
    step = rank.steps()
    for _ in range(6):
        rank.train_until(step + 50)
        step = rank.steps()
        wait_until(lambda: len(rank.senders()) == 2)
        os.kill(rank.senders()[0], signal.SIGKILL)
    rank.stop_file.touch()
    assert rank.process.wait(60) == 3
    assert rank.wait_until_gone() < GONE_WITHIN
    check_whole(recorder, 300)


def test_without_any_sender_the_training_goes_on(rank: Rank) -> None:
    rank.train_until(50)
    wait_until(lambda: len(rank.senders()) == 2)
    for _ in range(2):  # both at once: stopped first, so that neither begins anew
        for sender in rank.senders():
            os.kill(sender, signal.SIGSTOP)
    for sender in rank.senders():
        os.kill(sender, signal.SIGKILL)
    wait_until(lambda: not rank.senders())
    rank.train_until(rank.steps() + 200)
    rank.stop_file.touch()
    assert rank.process.wait(60) == 3


def test_a_thread_when_asked_for(recorder: Recorder, tmp_path: Path) -> None:
    rank = Rank(recorder.endpoint, tmp_path, RANKSCOPE_IN_PROCESS="1")
    rank.train_until(50)
    assert not rank.senders()
    rank.stop_file.touch()
    assert rank.process.wait(60) == 3
    check_whole(recorder, 50)


@pytest.mark.parametrize(
    "program",
    [
        "exit 1",  # a library that it needs is missing
        'sleep 2; exec -a rankscope-sender "$PACKAGE/rankscope-sender" "$@"',
    ],
    ids=["ends at once", "comes too late"],
)
def test_a_thread_takes_over_from_a_program_that_does_not_work(
    program: str, recorder: Recorder, tmp_path: Path
) -> None:
    package = Path(rankscope.__file__).parent
    folder = tmp_path / "package"
    folder.mkdir()
    shutil.copy(package / "librankscope.so", folder)
    sender = folder / "rankscope-sender"
    sender.write_text("#!/bin/bash\n" + program.replace("$PACKAGE", str(package)) + "\n")
    sender.chmod(0o755)
    library = str(folder / "librankscope.so")
    rank = Rank(recorder.endpoint, tmp_path, RANKSCOPE_LIBRARY=library)
    rank.train_until(100)
    time.sleep(3)  # until the late one has come, and has left
    assert not rank.senders()
    rank.train_until(rank.steps() + 100)
    rank.stop_file.touch()
    assert rank.process.wait(60) == 3
    check_whole(recorder, 200)


def test_the_job_sees_no_child(recorder: Recorder) -> None:
    script = (
        "import os, rankscope, signal, torch\n"
        "signal.signal(signal.SIGCHLD, lambda *_: os._exit(5))\n"
        "scope = rankscope.watch(torch.nn.Linear(2, 2))\n"
        "while not scope.connected: scope.step(1.0)\n"
        "try:\n"
        "    os.waitpid(-1, os.WNOHANG)\n"
        "except ChildProcessError:\n"
        "    scope.close()\n"
        "    os._exit(4)\n"
    )
    environment = {**os.environ, "RANKSCOPE_ENDPOINT": recorder.endpoint}
    done = subprocess.run([sys.executable, "-c", script], env=environment, timeout=60, check=False)
    assert done.returncode == 4
