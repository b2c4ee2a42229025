# SPDX-License-Identifier: Apache-2.0
"""A recorder as a process, its session through the command line, and ranks as processes."""

from __future__ import annotations

import csv
import faulthandler
import gc
import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rankscope
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

COMMAND = Path(os.environ["RANKSCOPE_BIN"]) / "rankscope"


class Recorder:
    """`rankscope record` on a free port of this machine."""

    def __init__(self, file: Path, endpoint: str = "tcp://127.0.0.1:*") -> None:
        self.file = file
        log = file.with_suffix(".log")
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                [COMMAND, "record", "--listen", endpoint, "--out", file], stderr=stream
            )
        self.endpoint = self._wait_for_endpoint(log)

    def _wait_for_endpoint(self, log: Path) -> str:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for line in log.read_text().splitlines():
                if line.startswith("listening "):
                    return line.split()[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"the recorder did not start: {log.read_text()}")

    def stop(self) -> None:
        """Ends it in order; it has committed everything then."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0, self.file.with_suffix(".log").read_text()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


def rankscope_command(*arguments: object) -> str:
    done = subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def metrics(file: Path, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(rankscope_command("metrics", file, *options))))


def cosine(file: Path, step: int) -> dict[str, Any]:
    text = rankscope_command("cosine", file, "--step", step, "--format", "json")
    return json.loads(text)


def number(text: str | float | None) -> float | None:
    """A CSV field; None when it is undefined."""
    return None if text in ("", None) else float(text)


def watch_connected(model: torch.nn.Module, endpoint: str, **options: Any) -> rankscope.Scope:
    """watch(), and waits until the recorder has answered: a training is longer than a test."""
    scope = rankscope.watch(model, endpoint=endpoint, **options)
    wait_until(lambda: scope.connected)
    return scope


def run_ranks(world: int, work: Callable[..., None], *arguments: object, store: Path) -> None:
    """Runs work(rank, world, *arguments) in `world` processes of one Gloo group."""
    mp.spawn(_rank, (world, work, arguments, str(store)), nprocs=world)


def _rank(
    rank: int, world: int, work: Callable[..., None], arguments: tuple[object, ...], store: str
) -> None:
    faulthandler.enable()  # a rank that crashes says where
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=world)
    work(rank, world, *arguments)
    gc.collect()  # torch may abort at exit when a DDP module outlives its process group
    dist.destroy_process_group()


def senders_of(process: int) -> list[int]:
    """The rankscope-sender processes of a rank."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0] == b"rankscope-sender" and words[-2] == str(process).encode():
            found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], object], seconds: float = 120, every: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(every)
