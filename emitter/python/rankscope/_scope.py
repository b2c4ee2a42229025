# SPDX-License-Identifier: Apache-2.0
"""What watch() returns."""

from __future__ import annotations

import hashlib
import logging
import os
import weakref
from collections.abc import Iterable
from functools import lru_cache
from multiprocessing.util import Finalize
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from ._native import EVAL_MODE, STEP_SKIPPED, Emitter

if TYPE_CHECKING:
    from torch import Tensor

    from ._device import DeviceReader
    from ._meeting import Meeting
    from ._overhead import Sampling
    from ._tap import Tap

log = logging.getLogger("rankscope")

CLOSE_TIMEOUT_MS = 2000


class Watched(Protocol):
    """The one thing that a scope asks of its model."""

    training: bool


class Scope:
    """One rank of one run. No method blocks or raises; a disabled scope does nothing.

    One thread at a time may use it.
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
        self._emitter = emitter
        # Weak: a DDP module that outlives its process group can abort the process at exit.
        self._model = None if model is None else weakref.ref(model)
        self._tap = tap
        self._sampling = sampling
        self._device = device  # where losses and gradients are, when not in the host's memory
        self._meeting = meeting
        self._ids: Any = None  # hash over the sample ids of the current step
        if emitter is not None:
            _remember(self)

    @property
    def enabled(self) -> bool:
        """Whether this scope records anything."""
        return self._emitter is not None

    @property
    def connected(self) -> bool:
        """Whether a recorder has answered."""
        return self._emitter is not None and bool(self._emitter.statistics().connected)

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
        emitter = self._emitter
        if emitter is None:
            return
        try:
            flags = 0 if self._tap is None else self._tap.end_step()
            if skipped:
                flags |= STEP_SKIPPED
            model = None if self._model is None else self._model()
            if model is not None and not model.training:
                flags |= EVAL_MODE
            data = None
            if self._ids is not None:
                data, self._ids = int.from_bytes(self._ids.digest(), "little"), None
            index = -1 if step is None else int(step)
            if self._device is not None:
                self._device.end_step(index, loss, weight, flags, data)
            else:
                absent = emitter.absent
                emitter.step(index, number(loss, absent), number(weight, absent), flags, data)
            self._choose_next(self._tap, self._sampling)
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
        if self._emitter is None:
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
        """Says bye. Waits at most two seconds, and only for a collector that has answered."""
        self._close(CLOSE_TIMEOUT_MS)

    def _close(self, timeout_ms: int) -> None:
        emitter, self._emitter = self._emitter, None
        _open.discard(self)
        if emitter is None:
            return
        try:
            if self._meeting is not None:
                self._meeting.leave()
                if timeout_ms > 0:
                    self._meeting.settle(lambda: bool(emitter.statistics().connected))
            if self._tap is not None:
                self._tap.release()
            if self._device is not None:
                self._device.flush(timeout_ms / 1000)
        except Exception as error:
            log.warning("rankscope: closing failed: %r", error)
        finally:  # what has become a record is sent, whatever went wrong
            emitter.close(timeout_ms)

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
        self._close(0)

    def _abandon(self) -> None:
        if self._emitter is not None:
            self._emitter.abandon()
            self._emitter = None
        if self._tap is not None:
            self._tap.release()


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


# Open scopes: kept until they are closed, so that the last records are sent at exit.
_open: set[Scope] = set()
_at_exit: Finalize | None = None  # of this process


def _remember(scope: Scope) -> None:
    global _at_exit
    _open.add(scope)
    if _at_exit is None:
        # Not atexit, which multiprocessing's children leave out.
        _at_exit = Finalize(None, _close_all, exitpriority=100)


def _close_all() -> None:
    for scope in list(_open):
        scope.close()


def _abandon_all() -> None:
    global _at_exit
    for scope in list(_open):
        scope._abandon()
    _open.clear()
    _at_exit = None


os.register_at_fork(after_in_child=_abandon_all)
