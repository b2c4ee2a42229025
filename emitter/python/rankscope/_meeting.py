# SPDX-License-Identifier: Apache-2.0
"""How the ranks of a run agree on a recorder when nobody named one: rank 0 finds or starts it, and
tells the others through the store that the launcher made for them. No collective takes part, so
nothing depends on the order in which ranks come here.
"""

from __future__ import annotations

import getpass
import json
import math
import os
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from . import _launch, _probe
from ._log import log
from ._native import Keys
from ._recorder import Recorder, find_or_start

# Ranks come out of DistributedDataParallel(...) together, so that they seldom wait for much longer
# than rank 0 takes.
WAIT_SECONDS = 2.0
# Between looks into the store, doubled each time: thousands of ranks ask the one store.
LOOK_SECONDS, LOOK_SELDOM_SECONDS = 0.005, 1.0
ANSWER_SECONDS = 0.05
CONNECT_SECONDS = 1.0
VIEWER_PORT = 5758  # on the laptop


class Store(Protocol):
    """What is used of torch.distributed.Store."""

    def set(self, key: str, value: str) -> None: ...
    def check(self, keys: list[str]) -> bool: ...
    def get(self, key: str) -> bytes: ...


@dataclass(frozen=True)
class Place:
    """Where in the job this process stands."""

    rank: int  # in the process group that reduces the gradients
    world: int
    leader: int  # global rank of that group's rank 0
    store: Store | None  # None: no process group


@dataclass(frozen=True)
class Notice:
    """What rank 0 tells the others. An empty endpoint: there is no recorder."""

    endpoint: str
    run: str
    near: str = ""  # loopback_id of those that can reach it; empty: every rank
    keys: Keys | None = None

    @property
    def reachable(self) -> bool:
        return bool(self.endpoint) and self.near in ("", _launch.loopback_id())

    def answers(self, seconds: float) -> bool:
        return self.reachable and _probe.answers(
            self.endpoint, keys=self.keys is not None, seconds=seconds
        )


_meetings: Counter[int] = Counter()  # by leader


class Meeting:
    """One rank's part in one watch(). Rank 0 publishes in here; whatever happens, it tells.

    notice: what came of it, None as long as it hasn't come.
    """

    def __init__(self, place: Place, run: str, name: str | None) -> None:
        _meetings[place.leader] += 1
        nth = _meetings[place.leader]
        self._key = f"rankscope/{_launch.generation(os.environ)}/{place.leader}/{nth}"
        self._store = place.store
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.notice: Notice | None = Notice("", run)
        if place.world > 1 and place.store is None:
            log.warning(
                "rankscope: no recorder is started: the ranks agree on one through the process "
                "group, and there is none yet. Call watch() after init_process_group(), or set "
                "RANKSCOPE_ENDPOINT"
            )
        elif place.rank == 0:
            self.notice = _invite(run, name, nth, place.leader)
            if place.store is not None:
                place.store.set(self._key, json.dumps(asdict(self.notice)))
        else:
            self.notice = self._wait(WAIT_SECONDS)

    def later(self, use: Callable[[Notice], object]) -> None:
        """Has a thread call `use` when the notice comes."""
        log.warning(
            "rankscope: rank 0 has not told yet where it records; this rank goes on, and is "
            "recorded as soon as it does"
        )
        self._thread = threading.Thread(
            target=self._wait_and, args=(use,), name="rankscope-meeting", daemon=True
        )
        self._thread.start()

    def settle(self, connected: Callable[[], bool]) -> None:
        """At the end of a run that may be over before it is connected: gives a recorder that is
        there a moment. None that is gone is waited for."""
        if connected() or self.notice is None or not self.notice.answers(ANSWER_SECONDS):
            return
        deadline = time.monotonic() + CONNECT_SECONDS
        while not connected() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def leave(self) -> None:
        """Ends the thread: it must not be in the middle of torch when the interpreter goes."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(LOOK_SECONDS * 10)

    def _wait_and(self, use: Callable[[Notice], object]) -> None:
        try:
            if (notice := self._wait(None)) is not None:
                use(notice)
                self.notice = notice
        except Exception as error:  # the store is gone: the job ends
            log.info("rankscope: this rank is not recorded: %s", error)

    def _wait(self, seconds: float | None) -> Notice | None:
        """None: time is over, or leave() was called. Never blocks in the store: it is the job's."""
        assert self._store is not None
        began, look = time.monotonic(), LOOK_SECONDS
        while not self._store.check([self._key]):
            left = math.inf if seconds is None else seconds - (time.monotonic() - began)
            if left <= 0 or self._stop.wait(min(look, left)):
                return None
            look = min(2 * look, LOOK_SELDOM_SECONDS)
        told: dict[str, Any] = json.loads(self._store.get(self._key))
        keys = told.pop("keys")
        return Notice(**told, keys=Keys(**keys) if keys else None)


def _invite(run: str, name: str | None, nth: int, leader: int) -> Notice:
    """Rank 0's part. Whatever fails in here, the others are to hear of it and not to wait."""
    try:
        here = _launch.loopback_id()  # before anything is started for nobody
        found = find_or_start(os.environ, run, name, nth, leader)
    except Exception as error:
        log.warning("rankscope: the run is not recorded: no recorder could be started: %s", error)
        found = None
    if found is None:
        return Notice("", run)
    if found.session is not None:
        with suppress(Exception):  # nobody reads stderr, it is closed, or there is none
            print(_announcement(found, found.session), file=sys.stderr, flush=True)
    return Notice(found.endpoint, found.run, "" if found.keys else here, found.keys)


def _announcement(recorder: Recorder, session: Path) -> str:
    lines = [
        f"rankscope: recording into {session}",
        f"  look at it here:     rankscope-gui {session}",
    ]
    here = f"{_user()}@{socket.gethostname()}"
    port = (recorder.view or "").rpartition(":")[2]
    if recorder.view_file is not None:  # it names the port that it was made for
        lines += [
            f"  or from a laptop:    scp -p {here}:{recorder.view_file} .",
            f"                       ssh -N -L {port}:127.0.0.1:{port} {here}",
            f"  and there:           rankscope-gui {recorder.view_file.name}",
        ]
    elif port:
        lines += [
            f"  or from a laptop:    ssh -N -L {VIEWER_PORT}:127.0.0.1:{port} {here}",
            f"  and there:           rankscope-gui tcp://127.0.0.1:{VIEWER_PORT}",
        ]
    return "\n".join([*lines, *recorder.notes])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container that knows no name for its user
        return "USER"
