# SPDX-License-Identifier: Apache-2.0
"""The emitter's C interface (rankscope.h) through ctypes."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import (
    POINTER,
    byref,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

log = logging.getLogger("rankscope")

# Types of rs_gradient's elements, by the name torch gives them.
ELEMENT_TYPES = {
    "torch.float32": 0,
    "torch.bfloat16": 1,
    "torch.float16": 2,
    "torch.float64": 3,
}

_C_INTS = {number: c_int(number) for number in ELEMENT_TYPES.values()}

LOSSY_REDUCE = 1
MANY_REDUCTIONS = 2
STEP_SKIPPED = 4
EVAL_MODE = 8
PARTIAL_GRADIENT = 16

MAX_EARLY = 4096  # steps that are kept before the emitter is open

Step = tuple[int, float, float, int, int | None]  # the arguments of Emitter.step()


class Options(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("endpoint", c_char_p),
        ("run", c_char_p),
        ("name", c_char_p),
        ("config", c_char_p),
        ("device", c_char_p),
        ("software", c_char_p),
        ("rank", c_uint32),
        ("world", c_uint32),
        ("generation", c_uint32),
        ("sketch_size", c_uint32),
        ("group_count", c_uint32),
        ("group_names", POINTER(c_char_p)),
        ("group_sizes", POINTER(c_uint64)),
        ("ring_bytes", c_uint64),
        ("block_when_full", c_uint32),
        ("reserved", c_uint32),
        ("in_process", c_uint32),
        ("reserved_too", c_uint32),
    ]


class Segment(ctypes.Structure):
    _fields_ = [
        ("key", c_uint64),
        ("offset", c_uint64),
        ("count", c_uint64),
        ("group", c_uint32),
        ("reserved", c_uint32),
    ]


class Sample(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("step", c_int64),
        ("loss", c_double),
        ("weight", c_double),
        ("grad_scale", c_double),
        ("loss_scale", c_uint32),
        ("micro_count", c_uint32),
        ("micro_norms", POINTER(c_double)),
        ("hashes", c_uint64 * 4),
        ("hash_mask", c_uint32),
        ("reserved", c_uint32),
    ]


class Statistics(ctypes.Structure):
    _fields_ = [
        ("last_seq", c_uint64),
        ("acknowledged", c_uint64),
        ("lost", c_uint64),
        ("connected", c_uint32),
        ("isolated", c_uint32),
    ]


class Library:
    """The functions of librankscope.so.

    Passes over whole buffers and close() run without the interpreter lock; the short calls keep it,
    since giving it up would cost more than they do.
    """

    def __init__(self, path: Path) -> None:
        released, held = ctypes.CDLL(str(path)), ctypes.PyDLL(str(path))
        segments = POINTER(Segment)
        self.open = _function(held.rs_open, c_void_p, POINTER(Options))
        self.last_error = _function(held.rs_last_error, c_char_p)
        self.gradient = _function(
            released.rs_gradient, None, c_void_p, c_void_p, c_int, segments, c_size_t, c_void_p
        )
        self.reduced = _function(
            released.rs_reduced, None, c_void_p, c_void_p, c_void_p, c_int, c_void_p, c_void_p
        )
        self.add_sums = _function(
            held.rs_add_sums, None, c_void_p, POINTER(c_double), c_uint64, POINTER(c_float)
        )
        self.sketch_seed = _function(held.rs_sketch_seed, c_uint64, c_void_p)
        self.restart_sums = _function(held.rs_restart_sums, None, c_void_p)
        self.step = _function(held.rs_step, None, c_void_p, POINTER(Sample))
        self.statistics = _function(held.rs_get_statistics, None, c_void_p, POINTER(Statistics))
        self.begin_close = _function(held.rs_begin_close, c_int, c_void_p, c_uint32)
        self.close = _function(released.rs_close, None, c_void_p, c_uint32)
        self.absent: float = _function(held.rs_absent, c_double)()


def _function(function: Any, result: Any, *arguments: Any) -> Any:
    """Declares a C function's types; ctypes has no static ones to offer."""
    function.restype = result
    function.argtypes = list(arguments)
    return function


@lru_cache(maxsize=1)
def library() -> Library:
    """Loads the library: RANKSCOPE_LIBRARY when set, else the one in this package.

    Raises OSError when there is none.
    """
    own = Path(__file__).with_name("librankscope.so")
    return Library(Path(os.environ.get("RANKSCOPE_LIBRARY") or own))


@dataclass(frozen=True)
class Keys:
    """What a recorder that demands keys wants to see: the emit pair; `server` is its own."""

    server: str
    public: str
    secret: str


@dataclass(frozen=True)
class Identity:
    """How a rank introduces itself; the fields are those of rs_options."""

    rank: int
    world: int
    generation: int = 0
    name: str | None = None
    config: str | None = None
    device: str = "cpu"
    software: str = ""
    sketch_size: int = 0
    group_names: Sequence[str] = ()
    group_sizes: Sequence[int] = ()
    ring_bytes: int = 0
    in_process: bool = False


class Emitter:
    """One rs_emitter. Any thread may call; a lock keeps the calls apart.

    Until open(), and after close() or abandon(), every method is a silent no-op, but that the
    first steps before a late open() are kept. A signal's handler may close() while
    this very thread holds the lock. Python runs handlers behind calls, so in every method nothing
    is called between the last look at the handle and the function that takes it.
    """

    def __init__(self, identity: Identity) -> None:
        """Raises OSError when the library is missing."""
        self._library = library()
        self._lock = threading.RLock()
        self._identity = identity
        self._handle: int | None = None
        self._opened: int | None = None  # takes over at the end of a step, which is whole then
        self._early: list[Step] | None = []  # ended before that; None: no longer kept
        self.sketch_size = identity.sketch_size
        self.groups = len(identity.group_names)
        self.absent = self._library.absent
        self._sample = Sample(struct_size=ctypes.sizeof(Sample), grad_scale=self.absent)
        self._sample_pointer = ctypes.pointer(self._sample)

    def open(
        self,
        endpoint: str | None,
        run: str | None,
        keys: Keys | None = None,
        *,
        late: bool = False,
    ) -> None:
        """Starts to send. Late, steps that have ended already come without their gradients.

        Raises OSError when the emitter cannot start.
        """
        with _connection_file(endpoint, keys) as place:
            options = _options(self._identity, place, run)
            opened = self._library.open(byref(options))
            if not opened:
                reason = self._library.last_error() or b"unknown reason"
                raise OSError(f"the emitter could not start: {reason.decode(errors='replace')}")
        with self._lock:
            if self._early is None:  # closed meanwhile, or too late
                self._library.close(opened, 0)
            elif late:
                self._opened = opened
            else:
                self._handle, self._early = opened, None

    def gradient(
        self, data: int, element: int, segments: ctypes.Array[Segment], copy: int | None
    ) -> None:
        count = len(segments)
        with self._lock:
            if self._handle:
                self._library.gradient(self._handle, data, element, segments, count, copy)

    def reduced(self, local: int, mean: int, element: int, segments: ctypes.Array[Segment]) -> None:
        if threading.get_ident() == threading.main_thread().ident:
            with self._lock:
                self._reduced(local, mean, element, segments)
            return
        # A collective's thread. `with` makes two objects that the garbage collector tracks, one of
        # which may be the last straw for a pass of it: the job's own reducers and tensors would be
        # destroyed on a thread that runs no Python without us. No handler of a signal comes here,
        # which alone could keep the lock from being given back.
        lock = self._lock
        lock.acquire()
        try:
            self._reduced(local, mean, element, segments)
        finally:
            lock.release()

    def _reduced(
        self, local: int, mean: int, element: int, segments: ctypes.Array[Segment]
    ) -> None:
        # Numbers as addresses, and a c_int: for other types ctypes makes tracked objects, too.
        count, place, kind = len(segments), ctypes.addressof(segments), _C_INTS[element]
        if self._handle:
            self._library.reduced(self._handle, local, mean, kind, place, count)

    def add_sums(self, sums: Sequence[float], nonfinite: int, sketch: int | None) -> None:
        """`sums`: n, N, a per group; `sketch`: address of sketch_size floats, or None."""
        address = ctypes.cast(sketch, POINTER(c_float)) if sketch else None
        array = (c_double * len(sums))(*sums)
        with self._lock:
            if self._handle:
                self._library.add_sums(self._handle, array, nonfinite, address)

    def sketch_seed(self) -> int:
        with self._lock:
            return int(self._library.sketch_seed(self._handle)) if self._handle else 0

    def restart_sums(self) -> None:
        with self._lock:
            if self._handle:
                self._library.restart_sums(self._handle)

    def step(
        self, step: int, loss: float, weight: float, flags: int, data_hash: int | None
    ) -> None:
        """Ends a step; `step` -1 counts on, `absent` for loss or weight means not measured."""
        with self._lock:
            if not self._handle:
                if self._early is not None:
                    self._keep((step, loss, weight, flags, data_hash))
                return
            sample = self._sample
            sample.step = step
            sample.loss = loss
            sample.weight = weight
            sample.flags = flags
            if data_hash is None:
                sample.hash_mask = 0
            else:
                sample.hashes[0] = data_hash
                sample.hash_mask = 1
            self._library.step(self._handle, self._sample_pointer)

    def _keep(self, early: Step) -> None:
        """A step before the emitter is open: number and seed of later ones count it."""
        assert self._early is not None
        self._early.append(early)
        if self._opened is not None:
            self._take_over()
        elif len(self._early) > MAX_EARLY:
            self._early = None
            log.warning("rankscope: this rank is not recorded: it never learned where")

    def _take_over(self) -> None:
        self._handle, self._opened = self._opened, None
        early, self._early = self._early or [], None
        for one in early:
            self.step(*one)

    def statistics(self) -> Statistics:
        out = Statistics()
        place = byref(out)
        with self._lock:
            if self._handle:
                self._library.statistics(self._handle, place)
        return out

    def begin_close(self, timeout_ms: int) -> bool:
        """First half of close(): no step may follow. Whether close() would not wait any more."""
        with self._lock:
            if self._opened is not None:
                self._take_over()
            self._early = None
            return bool(self._library.begin_close(self._handle, timeout_ms))

    def begin_close_if_connected(self, timeout_ms: int) -> None:
        """The same once a recorder has answered. Never waits: when another thread has the lock,
        nothing happens.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self.statistics().connected:
                self._library.begin_close(self._handle, timeout_ms)
        finally:
            self._lock.release()

    def close(self, timeout_ms: int) -> None:
        with self._lock:
            if self._opened is not None:
                self._take_over()
            handle, self._handle, self._early = self._handle, None, None
        if handle:
            self._library.close(handle, timeout_ms)

    def abandon(self) -> None:
        """In a forked child: the sender belongs to the parent."""
        self._lock = threading.RLock()  # the parent's other threads may have held the old one
        self._handle = self._opened = self._early = None


@contextmanager
def _connection_file(endpoint: str | None, keys: Keys | None) -> Iterator[str | None]:
    """What rs_options.endpoint is to be: with keys a file of them, in memory alone."""
    if keys is None:
        yield endpoint
        return
    content = {
        "rankscope_connection": 1,
        "endpoint": endpoint,
        "server": {"public": keys.server},
        "emit": {"public": keys.public, "secret": keys.secret},
    }
    file = os.memfd_create("rankscope-connection")
    try:
        os.fchmod(file, 0o600)
        os.write(file, json.dumps(content).encode())
        yield f"/proc/self/fd/{file}"
    finally:
        os.close(file)


def _options(identity: Identity, endpoint: str | None, run: str | None) -> Options:
    def text(value: str | None) -> bytes | None:
        return None if value is None else value.encode(errors="replace").replace(b"\0", b"")

    count = len(identity.group_names)
    return Options(
        struct_size=ctypes.sizeof(Options),
        endpoint=text(endpoint),
        run=text(run),
        name=text(identity.name),
        config=text(identity.config),
        device=text(identity.device),
        software=text(identity.software),
        rank=identity.rank,
        world=identity.world,
        generation=identity.generation,
        sketch_size=identity.sketch_size,
        group_count=count,
        group_names=(c_char_p * count)(*(text(name) for name in identity.group_names)),
        group_sizes=(c_uint64 * count)(*identity.group_sizes),
        ring_bytes=identity.ring_bytes,
        in_process=identity.in_process,
    )
