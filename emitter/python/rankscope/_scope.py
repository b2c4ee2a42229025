# SPDX-License-Identifier: Apache-2.0
"""What watch() returns."""

from __future__ import annotations

import hashlib
import logging
import weakref
from collections.abc import Iterable
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from ._native import EVAL_MODE, STEP_SKIPPED, Emitter
from ._recording import CLOSE_TIMEOUT_MS, Recording

if TYPE_CHECKING:
    from torch import Tensor

    from ._device import DeviceReader
    from ._meeting import Meeting
    from ._overhead import Sampling
    from ._tap import Tap

log = logging.getLogger("rankscope")


class Watched(Protocol):
    """The one thing that a scope asks of its model."""

    training: bool


class Scope:
    """One rank of one run. No method blocks or raises; a disabled scope does nothing.

    One thread at a time may use it. It closes itself when nobody holds it any more, and at exit.
    """

    def __init__(
        self,
        emitter: Emitter | None = None,
        model: Watched | None = None,
        tap: Tap | None = None,
        sampling: Sampling | None = None,
        device: DeviceReader | None = None,
        meeting: Meeting | None = None,
    ) -> None:
        self._recording = Recording(emitter, tap, device, meeting)
        # Weak: a DDP module that outlives its process group can abort the process at exit.
        self._model = None if model is None else weakref.ref(model)
        self._sampling = sampling
        self._ids: Any = None  # hash over the sample ids of the current step
        # Not when the model goes: one that was given for its name alone may be gone already.
        self._gone = weakref.finalize(self, self._recording.leave)
        self._gone.atexit = False  # at exit all are closed together

    @property
    def enabled(self) -> bool:
        """Whether this scope records anything."""
        return self._recording.emitter is not None

    @property
    def connected(self) -> bool:
        """Whether a recorder has answered."""
        return self._recording.is_connected()

    def step(
        self,
        loss: float | Tensor | None = None,
        *,
        weight: float | Tensor | None = None,
        step: int | None = None,
        skipped: bool = False,
    ) -> None:
        """Ends an optimizer step: call it once, after the last backward of the step.

        loss: this rank's own loss (not averaged over ranks), of the samples behind its gradient;
        None when it was not measured. weight: tokens or samples behind the loss. step: renumbers
        from here on; the first step is 0. skipped: the optimizer left this step out.
        """
        emitter, tap, device = self._recording.emitter, self._recording.tap, self._recording.device
        if emitter is None:
            return
        try:
            flags = 0 if tap is None else tap.end_step()
            if skipped:
                flags |= STEP_SKIPPED
            model = None if self._model is None else self._model()
            if model is not None and not model.training:
                flags |= EVAL_MODE
            data = None
            if self._ids is not None:
                data, self._ids = int.from_bytes(self._ids.digest(), "little"), None
            index = -1 if step is None else int(step)
            if device is not None:
                device.end_step(index, loss, weight, flags, data)
            else:
                absent = emitter.absent
                emitter.step(index, number(loss, absent), number(weight, absent), flags, data)
            self._choose_next(tap, self._sampling)
        except Exception as error:  # the training goes on without us
            self._disable(error)

    def _choose_next(self, tap: Tap | None, sampling: Sampling | None) -> None:
        """Whether the next step's gradients are to be measured."""
        if tap is None or sampling is None:
            return
        try:
            tap.sampling = sampling.end_step(tap.take_seconds())
        except Exception as error:  # records matter more than their cost
            self._sampling, tap.sampling = None, True
            log.warning("rankscope: the cost is no longer limited: %r", error)

    def data(self, ids: Iterable[object]) -> None:
        """Says which samples this step reads, in order: numbers or strings, in one call or several.

        Only a hash leaves the rank; equal hashes at one step mean that two ranks read the same.
        """
        if self._recording.emitter is None:
            return
        try:
            device = getattr(ids, "device", None)
            if getattr(device, "type", "cpu") != "cpu":
                return  # reading it would wait for the device
            values = ids.tolist() if hasattr(ids, "tolist") else list(ids)
            if self._ids is None:
                self._ids = hashlib.blake2b(digest_size=8)
            for value in values:
                self._ids.update(f"{value}\n".encode())
        except Exception as error:
            self._disable(error)

    def close(self) -> None:
        """Says bye. Waits at most two seconds, and only for a collector that has answered, one that
        watch() found or started, and the device."""
        self._recording.close(CLOSE_TIMEOUT_MS)

    def __enter__(self) -> Scope:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _disable(self, error: Exception) -> None:
        """Something that should not happen did: say so once and stay out of the way."""
        log.warning("rankscope: this rank is no longer recorded, the training goes on: %r", error)
        self._recording.close(0)


def number(value: Any, absent: float) -> float:
    """A loss or weight of any kind; `absent` when it is None or cannot be had without waiting."""
    if type(value) is float:
        return value
    if value is None or getattr(value, "is_cuda", False):  # reading it would wait for the device
        return absent
    try:
        # float() of a tensor that requires grad warns; item() does not.
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError):
        _warn_of_type(type(value).__name__)
        return absent


@lru_cache(maxsize=16)
def _warn_of_type(kind: str) -> None:
    """Once per type."""
    log.warning("rankscope: a loss or weight that is no single number (%s) is left out", kind)
