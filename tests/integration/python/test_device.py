# SPDX-License-Identifier: Apache-2.0
"""The path for devices, forced onto CPU tensors, against the emitter's own kernels."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from rankscope._device import SLOTS, DeviceReader
from rankscope._layout import Plan, make_plan
from rankscope._native import Emitter, Identity
from rankscope._reader import HostReader
from rankscope._sketch import seed_of_step
from support import Recorder, cosine, metrics, number, wait_until

CPU = torch.device("cpu")
SHAPES = [(700, 33), (1,), (4096 * 3 + 5,), (63, 1000)]


class Layout:
    """Two groups, keys as they come."""

    def find(self, parameter: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(key=parameter.numel() * 7919, group=parameter.numel() % 2)


def bucket_of(dtype: torch.dtype, seed: int) -> tuple[Plan, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    parameters = [torch.empty(shape) for shape in SHAPES]
    buffer = torch.randn(sum(p.numel() for p in parameters), generator=generator).to(dtype)
    gradients = list(buffer.split([p.numel() for p in parameters]))
    plan = make_plan((), parameters, gradients, buffer, Layout())  # type: ignore[arg-type]
    plan.copy = torch.empty_like(buffer)
    return plan, buffer


def open_emitter(rank: int, endpoint: str, world: int = 3) -> Emitter:
    sizes = [0, 0]
    for shape in SHAPES:
        sizes[torch.Size(shape).numel() % 2] += torch.Size(shape).numel()
    emitter = Emitter(
        Identity(
            rank,
            world,
            sketch_size=4096,
            group_names=["even", "odd"],
            group_sizes=sizes,
        )
    )
    emitter.open(endpoint, None)
    wait_until(lambda: emitter.statistics().connected)
    return emitter


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.bfloat16, torch.float16, torch.float64], ids=str
)
def test_same_sums_and_sketches(tmp_path: Path, dtype: torch.dtype) -> None:
    """Ranks 0 and 1 read the same gradient in both ways, rank 2 another one."""
    recorder = Recorder(tmp_path / "run.rankscope")
    emitters = [open_emitter(rank, recorder.endpoint) for rank in range(3)]
    device = DeviceReader(emitters[1], CPU)
    for step in range(3):
        assert emitters[0].sketch_seed() == seed_of_step(step)
        for rank, emitter in enumerate(emitters):
            reader = device if rank == 1 else HostReader(emitter)
            plan, buffer = bucket_of(dtype, seed=step * 10 + rank // 2)
            reader.gradient(plan, buffer)
            reader.reduced(plan, buffer * 0.5)
            if rank == 1:
                device.end_step(-1, torch.tensor(1.5), 8, 0, None)
            else:
                emitter.step(-1, 1.5, 8, 0, None)
    device.flush(1)
    for emitter in emitters:
        emitter.close(2000)
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert len(rows) == 9
    for host, on_device in zip(rows[0::3], rows[1::3], strict=True):
        for column in ("loss", "weight", "nonfinite", "flags"):
            assert on_device[column] == host[column]
        for column in ("grad_norm", "distance"):
            assert number(on_device[column]) == pytest.approx(number(host[column]), rel=1e-6)
    for step in range(3):
        matrix = cosine(recorder.file, step)["cosine"]
        assert matrix[0][1] == pytest.approx(1, abs=1e-6), "the same sketch"
        assert abs(matrix[0][2]) < 0.1


class Event:
    """A device that finishes when the test says so."""

    finished = False

    def record(self) -> None: ...

    def query(self) -> bool:
        return Event.finished


def test_records_wait_for_the_device_and_never_hold_up_the_host(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    emitter = open_emitter(0, recorder.endpoint, world=1)
    device = DeviceReader(emitter, CPU)
    for slot in device._free:
        slot.event = Event()
    steps = SLOTS + 2
    for step in range(steps):
        plan, buffer = bucket_of(torch.float32, seed=step)
        device.gradient(plan, buffer)
        device.end_step(-1, float(step), None, 0, None)
    assert emitter.statistics().last_seq == 0, "the first is not done, so none may pass it"
    Event.finished = True
    device.end_step(-1, float(steps), None, 0, None)
    assert emitter.statistics().last_seq == steps + 1
    emitter.close(2000)
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert [number(row["loss"]) for row in rows] == list(range(steps + 1))
    measured = [number(row["grad_norm"]) is not None for row in rows]
    assert measured == [True] * SLOTS + [False] * 3
