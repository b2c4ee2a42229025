# SPDX-License-Identifier: Apache-2.0
"""What scopes have open in this process, and how it is closed: one by one, or all at exit."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._device import DeviceReader
    from ._meeting import Meeting
    from ._native import Emitter
    from ._tap import Tap

log = logging.getLogger("rankscope")

CLOSE_TIMEOUT_MS = 2000


class Recording:
    """What belongs to one Scope, which it doesn't know: when nobody holds that any more, no step
    can end, and this is closed.

    emitter: None once it is closed. device: where losses and gradients are, when not in the host's
    memory.
    """

    def __init__(
        self,
        emitter: Emitter | None,
        tap: Tap | None,
        device: DeviceReader | None,
        meeting: Meeting | None,
    ) -> None:
        self.emitter = emitter
        self.tap = tap
        self.device = device
        self.meeting = meeting
        self._left_at: float | None = None  # when its scope went
        if emitter is not None:
            _remember(self)

    def close(self, timeout_ms: int) -> None:
        _close([self], timeout_ms)

    def is_connected(self) -> bool:
        """Whether a recorder has answered."""
        return self.emitter is not None and bool(self.emitter.statistics().connected)

    def leave(self) -> None:
        """The scope is gone.

        Python may say so at any place of any thread, in a pass of its garbage collector, between
        two instructions of a thread that holds any lock. So this waits for no lock, asks nothing
        of a device (whose stream may be captured just then), and frees nothing that another thread
        may use: it begins what the next watch(), or the exit, ends. A recorder that has not
        answered yet is given until then, too.
        """
        self._left_at = time.monotonic()
        if self.tap is not None:
            self.tap.release()
        if self.emitter is not None and (self.device is None or self.device.idle):
            self.emitter.begin_close_if_connected(CLOSE_TIMEOUT_MS)

    def end_if_left(self) -> None:
        """Frees what leave() left, unless that means to wait."""
        emitter, left_at = self.emitter, self._left_at
        if emitter is None or left_at is None:
            return
        patient = time.monotonic() < left_at + CLOSE_TIMEOUT_MS / 1000
        if patient and not self.is_connected():
            return
        _try(self._stop, self._flush)
        if emitter.begin_close(CLOSE_TIMEOUT_MS):
            self._drop()

    def abandon(self) -> None:
        """In a forked child: all this is the parent's."""
        if self.emitter is not None:
            self.emitter.abandon()
            self.emitter = None
        if self.tap is not None:
            self.tap.release()

    def _stop(self) -> None:
        if self.meeting is not None:
            self.meeting.leave()
        if self.tap is not None:
            self.tap.release()

    def _settle(self, until: float) -> None:
        if self.meeting is not None:
            self.meeting.settle(lambda: time.monotonic() >= until or self.is_connected())

    def _flush(self, until: float = 0) -> None:
        if self.device is not None:
            self.device.flush(max(until - time.monotonic(), 0))

    def _drop(self, timeout_ms: int = 0) -> None:
        _open.discard(self)
        emitter, self.emitter = self.emitter, None
        if emitter is not None:
            emitter.close(timeout_ms)


def end_left_ones() -> None:
    """What models of before have left, so that they don't pile up in a loop over folds."""
    for one in list(_open):
        one.end_if_left()


# Kept until they are closed, so that the last records are sent at exit.
_open: set[Recording] = set()
_at_exit: Finalize | None = None  # of this process


def _remember(recording: Recording) -> None:
    global _at_exit
    end_left_ones()
    _open.add(recording)
    if _at_exit is None:
        # Not atexit, which multiprocessing's children leave out.
        _at_exit = Finalize(None, _close_all, exitpriority=100)


def _close(recordings: Sequence[Recording], timeout_ms: int) -> None:
    """All together, within `timeout_ms` however many they are: half of it for a recorder that has
    not answered yet, a quarter for the device (what the recorder left of its half, too), the rest
    for acks. `timeout_ms` 0 waits for nothing.
    """
    seconds = timeout_ms / 1000
    end = time.monotonic() + seconds
    _try(*(one._stop for one in recordings))
    _try(*(partial(one._settle, end - seconds / 2) for one in recordings))
    _try(*(partial(one._flush, end - seconds / 4) for one in recordings))

    def left_ms() -> int:
        return max(int((end - time.monotonic()) * 1000), 0)

    for one in recordings:
        if one.emitter is not None:
            one.emitter.begin_close(left_ms())
    for one in recordings:
        one._drop(left_ms())


def _try(*works: Callable[[], None]) -> None:
    for work in works:
        try:
            work()
        except Exception as error:  # what has become a record is sent nevertheless
            log.warning("rankscope: closing failed: %r", error)


def _close_all() -> None:
    _close(list(_open), CLOSE_TIMEOUT_MS)


def _abandon_all() -> None:
    global _at_exit
    for recording in list(_open):
        recording.abandon()
    _open.clear()
    _at_exit = None


os.register_at_fork(after_in_child=_abandon_all)
