# SPDX-License-Identifier: Apache-2.0
"""Gradients and losses on a device: read there, handed over when the device has got that far.

The host never waits. Everything is accumulated on the device in float64; at the end of a step the
sums are copied to pinned memory behind an event, and the record is made at a later step, when the
event is done. When too many steps are under way, a record goes without sums. A device that fails
(a kernel's assertion: it stays that way) takes no record with it: from there on they go without.

Every stream is named with its device: the current one need not be the model's.

Tested on CPU tensors only, against the emitter's own kernels, and with a device that is played.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ._layout import Plan
from ._native import Emitter
from ._scope import number
from ._sketch import add_to_sketch, seed_of_step

log = logging.getLogger("rankscope")

SLOTS = 4  # steps under way at once
CHUNK = 1 << 22  # elements that are widened at a time; a multiple of every sketch size


class Slot:
    """Where the device writes a step's results in the host's memory."""

    def __init__(self, groups: int, sketch: int, pinned: bool) -> None:
        self.sums = torch.zeros(3, groups, dtype=torch.float64, pin_memory=pinned)
        self.nonfinite = torch.zeros(1, dtype=torch.int64, pin_memory=pinned)
        self.sketch = torch.zeros(sketch, dtype=torch.float32, pin_memory=pinned)
        self.loss = torch.zeros(1, dtype=torch.float64, pin_memory=pinned)
        self.weight = torch.zeros(1, dtype=torch.float64, pin_memory=pinned)
        self.event: Any = torch.cuda.Event() if pinned else None  # type: ignore[no-untyped-call]

    def done(self) -> bool:
        return self.event is None or bool(self.event.query())


@dataclass
class Late:
    """A record that waits for its slot."""

    step: int
    loss: float | Tensor
    weight: float | Tensor
    flags: int
    data: int | None
    slot: Slot | None
    has_local: bool
    has_reduced: bool


class DeviceReader:
    """A Reader, and the end of each step. Its records come out in order."""

    def __init__(self, emitter: Emitter, device: torch.device) -> None:
        self._emitter = emitter
        self._device = device
        groups, size = max(emitter.groups, 1), emitter.sketch_size
        self._cuda = device.type == "cuda"
        self._local = torch.zeros(groups, dtype=torch.float64, device=device)
        self._reduced = torch.zeros(2, groups, dtype=torch.float64, device=device)  # N, a
        self._nonfinite = torch.zeros(1, dtype=torch.int64, device=device)
        self._sketch = torch.zeros(size, dtype=torch.float32, device=device)
        # Reductions end on streams of their own: one stream keeps their additions apart.
        self._stream: Any = torch.cuda.Stream(device) if self._cuda else None  # type: ignore[no-untyped-call]
        self._has_local = self._has_reduced = False
        self._records = 0
        self._free = [Slot(groups, size, self._cuda) for _ in range(SLOTS)]
        self._queue: deque[Late] = deque()

    def gradient(self, plan: Plan, buffer: Tensor) -> None:
        self._has_local = True
        if plan.copy is not None:
            plan.copy.copy_(buffer)
        seed = seed_of_step(self._records)
        for segment in plan.segments:
            for first in range(0, segment.count, CHUNK):
                begin = segment.offset + first
                part = buffer[begin : begin + min(CHUNK, segment.count - first)]
                wide = part.double()
                self._local[segment.group] += torch.dot(wide, wide)
                self._nonfinite += part.numel() - torch.isfinite(part).sum()
                if self._sketch.numel() > 0:
                    add_to_sketch(self._sketch, part.float(), first, segment.key, seed)

    def reduced(self, plan: Plan, mean: Tensor) -> None:
        if plan.copy is None:
            return
        self._has_reduced = True
        with self._own_stream():
            for segment in plan.segments:
                for first in range(segment.offset, segment.offset + segment.count, CHUNK):
                    last = min(first + CHUNK, segment.offset + segment.count)
                    wide = mean[first:last].double()
                    self._reduced[0, segment.group] += torch.dot(wide, wide)
                    self._reduced[1, segment.group] += torch.dot(
                        wide, plan.copy[first:last].double()
                    )
        if self._stream is not None:
            torch.cuda.current_stream(self._device).wait_stream(self._stream)

    def restart(self) -> None:
        self._local.zero_()
        self._reduced.zero_()
        self._nonfinite.zero_()
        self._sketch.zero_()
        self._has_local = self._has_reduced = False

    def end_step(self, step: int, loss: Any, weight: Any, flags: int, data: int | None) -> None:
        """Loss and weight: a number, a tensor of one element on the device or the host, or None."""
        slot = self._free.pop() if self._free else None
        absent = self._emitter.absent
        late = Late(
            step,
            number(loss, absent),
            number(weight, absent),
            flags,
            data,
            slot,
            self._has_local,
            self._has_reduced,
        )
        self._queue.append(late)  # first: whatever the device says, the step has ended
        self._records += 1
        try:
            if slot is not None:
                self._fetch(late, slot, loss, weight)
            if self._has_local:
                self.restart()
        except Exception as error:
            self._give_up(error)
        self._drain()

    @property
    def idle(self) -> bool:
        """Whether no record waits for the device."""
        return not self._queue

    def flush(self, seconds: float) -> None:
        """Makes the records that the device finishes within `seconds`, the others without sums."""
        deadline = time.monotonic() + seconds
        self._drain()
        while self._queue and time.monotonic() < deadline:
            time.sleep(0.001)
            self._drain()
        self._emit_unfinished()

    def _fetch(self, late: Late, slot: Slot, loss: Any, weight: Any) -> None:
        """Has the device write the step's results into its slot, and an event behind them."""
        stream = torch.cuda.current_stream(self._device) if self._cuda else None
        late.loss = self._fetch_scalar(loss, late.loss, slot.loss, stream)
        late.weight = self._fetch_scalar(weight, late.weight, slot.weight, stream)
        if self._has_local:
            slot.sums[0].copy_(self._local, non_blocking=True)
            slot.sums[1:].copy_(self._reduced, non_blocking=True)
            slot.nonfinite.copy_(self._nonfinite, non_blocking=True)
            slot.sketch.copy_(self._sketch, non_blocking=True)
        if slot.event is not None:
            slot.event.record(stream)

    def _fetch_scalar(
        self, value: Any, known: float | Tensor, place: Tensor, stream: Any
    ) -> float | Tensor:
        """The value, or where in the host's memory it will be."""
        if not (isinstance(value, Tensor) and value.is_cuda and value.numel() == 1):
            return known
        place.copy_(value.detach().reshape(1), non_blocking=True)
        if stream is not None and value.device != self._device:  # another device's stream copies
            stream.wait_stream(torch.cuda.current_stream(value.device))
        return place

    def _drain(self) -> None:
        while self._queue:
            slot = self._queue[0].slot
            try:
                if slot is not None and not slot.done():
                    return
            except Exception as error:
                self._give_up(error)
                return
            self._emit(self._queue.popleft(), complete=slot is not None)
            if slot is not None:
                self._free.append(slot)

    def _give_up(self, error: Exception) -> None:
        """Asks the device for nothing any more, and makes the records that waited for it."""
        self._free.clear()
        self._has_local = self._has_reduced = False
        log.warning(
            "rankscope: the device of this rank has failed: its records go on without what is "
            "there, gradients and perhaps losses. Look for the job's own error, and restart it: %r",
            error,
        )
        self._emit_unfinished()

    def _emit_unfinished(self) -> None:
        while self._queue:
            self._emit(self._queue.popleft(), complete=False)

    def _emit(self, late: Late, complete: bool) -> None:
        emitter, slot = self._emitter, late.slot
        if complete and slot is not None and late.has_local:
            sums = slot.sums if late.has_reduced else slot.sums.clone()
            if not late.has_reduced:
                sums[1:] = emitter.absent
            sketch = slot.sketch.data_ptr() if slot.sketch.numel() > 0 else None
            emitter.add_sums(sums.T.flatten().tolist(), int(slot.nonfinite), sketch)
        loss, weight = (
            float(value) if complete or isinstance(value, float) else emitter.absent
            for value in (late.loss, late.weight)
        )
        emitter.step(late.step, loss, weight, late.flags, late.data)

    def _own_stream(self) -> Any:
        if self._stream is None:
            return nullcontext()
        self._stream.wait_stream(torch.cuda.current_stream(self._device))
        return torch.cuda.stream(self._stream)
