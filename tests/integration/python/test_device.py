# SPDX-License-Identifier: Apache-2.0
"""The path for devices, forced onto CPU tensors, against the emitter's own kernels."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
import torch
from rankscope._device import SLOTS, DeviceReader
from rankscope._layout import Plan, make_plan
from rankscope._meeting import CONNECT_SECONDS
from rankscope._native import Emitter, Identity
from rankscope._reader import HostReader
from rankscope._recording import end_left_ones
from rankscope._scope import Scope
from rankscope._sketch import seed_of_step
from support import Recorder, cosine, metrics, number, rankscope_command, wait_until

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


def open_emitter(rank: int, endpoint: str, world: int = 3, connected: bool = True) -> Emitter:
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
    if connected:
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

    def record(self, stream: object = None) -> None: ...

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


class FailedEvent(Event):
    """As after an assertion in a kernel: every call raises, for good."""

    def query(self) -> bool:
        raise RuntimeError("device-side assert triggered")


class RefusingEvent(Event):
    def record(self, stream: object = None) -> None:
        raise RuntimeError("device-side assert triggered")


def end_steps(scope: Scope, device: DeviceReader, steps: int) -> None:
    for step in range(steps):
        plan, buffer = bucket_of(torch.float32, seed=step)
        device.gradient(plan, buffer)
        scope.step(float(step))


def waiting_scope(recorder: Recorder, steps: int) -> tuple[Emitter, DeviceReader, Scope]:
    """A scope that has ended so many steps, none of which the device has finished."""
    emitter = open_emitter(0, recorder.endpoint, world=1)
    device = DeviceReader(emitter, CPU)
    scope = Scope(emitter, device=device)
    Event.finished = False
    for slot in device._free:
        slot.event = Event()
    end_steps(scope, device, steps)
    return emitter, device, scope


@pytest.mark.parametrize("event", [FailedEvent, RefusingEvent])
def test_the_steps_before_a_failure_of_the_device_are_recorded(
    tmp_path: Path, event: type[Event], caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    emitter, device, scope = waiting_scope(recorder, steps=2)
    assert emitter.statistics().last_seq == 0, "both wait for the device"
    for late in device._queue:
        late.slot.event = event()
    for slot in device._free:
        slot.event = event()
    scope.step(2.0)
    scope.step(3.0)
    assert scope.enabled
    scope.close()
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert [number(row["loss"]) for row in rows] == [0, 1, 2, 3]
    assert all(number(row["grad_norm"]) is None for row in rows)
    assert caplog.text.count("the device of this rank has failed") == 1


def test_a_device_that_has_failed_does_not_keep_close_from_saying_bye(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    _, device, scope = waiting_scope(recorder, steps=3)
    for late in device._queue:
        late.slot.event = FailedEvent()
    scope.close()
    wait_until(lambda: "left" in rankscope_command("info", recorder.file), 5)
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert [number(row["loss"]) for row in rows] == [0, 1, 2]


def test_a_scope_that_goes_asks_nothing_of_the_device(tmp_path: Path) -> None:
    """Python may drop it anywhere, also while a stream is captured."""
    recorder = Recorder(tmp_path / "run.rankscope")
    emitter, device, scope = waiting_scope(recorder, steps=3)
    for late in device._queue:
        late.slot.event = FailedEvent()
    del scope
    assert [late.step for late in device._queue] == [-1] * 3, "they wait still"
    for late in device._queue:
        late.slot.event = Event()
    Event.finished = True
    end_left_ones()  # as the next watch() does
    wait_until(lambda: (end_left_ones(), emitter._handle is None)[1], 5)
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert [number(row["loss"]) for row in rows] == [0, 1, 2]
    assert all(number(row["grad_norm"]) > 0 for row in rows)


class SlowMeeting:
    """A recorder that is there and does not answer."""

    def leave(self) -> None: ...

    def settle(self, connected: Callable[[], bool]) -> None:
        deadline = time.monotonic() + CONNECT_SECONDS
        while not connected() and time.monotonic() < deadline:
            time.sleep(0.005)


def test_closing_takes_two_seconds_whatever_is_waited_for(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    emitter = open_emitter(0, recorder.endpoint, world=1)
    device = DeviceReader(emitter, CPU)
    scope = Scope(emitter, device=device, meeting=SlowMeeting())  # type: ignore[arg-type]
    Event.finished = False
    for slot in device._free:
        slot.event = Event()
    end_steps(scope, device, 3)
    recorder.process.send_signal(signal.SIGSTOP)
    connected = scope._recording.is_connected
    began = time.monotonic()
    late = began + CONNECT_SECONDS - 0.05
    scope._recording.is_connected = lambda: time.monotonic() > late and connected()
    scope.close()
    assert 2 <= time.monotonic() - began < 2.5
    assert emitter._handle is None
    recorder.stop()
    rows = metrics(recorder.file, "--per-rank")
    assert [number(row["loss"]) for row in rows] == [0, 1, 2]


def test_whatever_goes_wrong_at_the_end_the_emitter_is_closed(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    emitter = open_emitter(0, recorder.endpoint, world=1)
    device = DeviceReader(emitter, CPU)

    def broken(_: float) -> None:
        raise RuntimeError("broken on purpose")

    device.flush = broken  # type: ignore[method-assign]
    scope = Scope(emitter, device=device)
    scope.close()
    assert emitter._handle is None
    recorder.stop()


class PlayedStream:
    def __init__(self, device: torch.device) -> None:
        self.device = device

    def wait_stream(self, other: PlayedStream) -> None:
        assert other.device == self.device


class PlayedEvent:
    recorded: ClassVar[list[torch.device]] = []

    def record(self, stream: PlayedStream | None = None) -> None:
        PlayedEvent.recorded.append((stream or PlayedCuda.current_stream()).device)

    def query(self) -> bool:
        return True


class PlayedCuda:
    """Two devices, cuda:0 the current one: what is not said is about that."""

    Event, Stream = PlayedEvent, PlayedStream

    @staticmethod
    def current_stream(device: torch.device | None = None) -> PlayedStream:
        return PlayedStream(device or torch.device("cuda", 0))

    @staticmethod
    def stream(stream: PlayedStream) -> nullcontext[None]:
        assert stream.device == torch.device("cuda", 1)
        return nullcontext()


class PlayedTorch:
    """torch whose second device has its memory on the host."""

    cuda = PlayedCuda

    def __getattr__(self, name: str) -> object:
        return getattr(torch, name)

    @staticmethod
    def zeros(
        *shape: int,
        dtype: torch.dtype,
        device: torch.device | None = None,
        pin_memory: bool = False,
    ) -> torch.Tensor:
        return torch.zeros(*shape, dtype=dtype)


def test_streams_and_events_are_those_of_the_models_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DDP(model.to(1), device_ids=[1]) without set_device(1)."""
    monkeypatch.setattr("rankscope._device.torch", PlayedTorch())
    monkeypatch.setattr(PlayedEvent, "recorded", [])
    second = torch.device("cuda", 1)
    emitter = open_emitter(0, "tcp://127.0.0.1:9", world=1, connected=False)
    device = DeviceReader(emitter, second)
    for step in range(2):
        plan, buffer = bucket_of(torch.float32, seed=step)
        device.gradient(plan, buffer)
        device.reduced(plan, buffer)  # its streams wait for one another
        device.end_step(-1, 1.0, None, 0, None)
    assert PlayedEvent.recorded == [second, second]
    assert emitter.statistics().last_seq == 2
    emitter.close(0)


class LossOfAnother(torch.Tensor):
    """A loss on cuda:0 (a pipeline's last stage), of a model on cuda:1."""

    is_cuda = True
    device = torch.device("cuda", 0)


def test_a_loss_on_another_device_is_waited_for_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[torch.device] = []
    monkeypatch.setattr("rankscope._device.torch", PlayedTorch())
    monkeypatch.setattr(PlayedStream, "wait_stream", lambda _, other: waited.append(other.device))
    emitter = open_emitter(0, "tcp://127.0.0.1:9", world=1, connected=False)
    device = DeviceReader(emitter, torch.device("cuda", 1))
    device.end_step(-1, torch.tensor(2.5).as_subclass(LossOfAnother), None, 0, None)
    assert waited == [torch.device("cuda", 0)]
    emitter.close(0)
