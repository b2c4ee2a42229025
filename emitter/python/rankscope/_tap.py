# SPDX-License-Identifier: Apache-2.0
"""Reads gradients on their way through DDP's reduction.

No annotation here may become a string: DDP compares those of a hook with the classes themselves.
"""

import logging
import threading
from collections.abc import Callable
from functools import cache, wraps
from time import perf_counter
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torch.distributed.algorithms.join import Join
from torch.futures import Future

from ._bucket import GradBucket
from ._layout import Layout, Plan, make_plan
from ._native import LOSSY_REDUCE, MANY_REDUCTIONS, PARTIAL_GRADIENT
from ._reader import Reader
from ._scale import Scale

log = logging.getLogger("rankscope")

Hook = Callable[..., Future[Tensor]]


class Tap:
    """What one scope knows of the gradients of the current step.

    before() and after() come from autograd's and the collective's threads. An error of ours turns
    the tap off and never gets out.
    """

    def __init__(self, reader: Reader, layout: Layout, exact: bool) -> None:
        self._reader = reader
        self._layout = layout
        self._exact = exact
        self._plans: dict[int, Plan] = {}  # by bucket index
        self._seen: set[int] = set()  # buckets of the current reduction
        self._elements = 0  # read in the current reduction
        self._flags = 0
        self._seconds = 0.0  # spent in our passes since take_seconds()
        self._lock = threading.RLock()  # a signal's handler may come in between
        self.on = True
        self.sampling = True  # whether the current step is measured at all

    def before(self, bucket: GradBucket, buffer: Tensor) -> Plan | None:
        """Reads a bucket's local gradient; None when it is not to be read again in after()."""
        if not (self.on and self.sampling):
            return None
        try:
            return self._read(bucket, buffer)
        except Exception as error:  # must not reach backward()
            self.turn_off(error)
            return None

    def after(self, plan: Plan, mean: Tensor) -> None:
        """Reads the reduced gradient beside the kept local one.

        In the host's memory without an object that Python's garbage collector tracks: see
        Emitter.reduced(). On a device that cannot be avoided, and from Python 3.12 on a pass that
        is due may still come in here.
        """
        if plan.copy is None or not self.on:
            return
        try:
            if mean.dtype != plan.copy.dtype or mean.numel() != plan.copy.numel():
                self.mark(LOSSY_REDUCE)
                return
            began = perf_counter()
            self._reader.reduced(plan, mean)
            self._spent(perf_counter() - began)
        except Exception as error:  # must not reach backward()
            self.turn_off(error)

    def mark(self, flags: int) -> None:
        with self._lock:
            self._flags |= flags

    def end_step(self) -> int:
        """Flags of the step that ends; the next one starts empty."""
        flags = self._flags
        if self._seen and self._elements != self._layout.elements:
            flags |= PARTIAL_GRADIENT
        self._flags = 0
        self._elements = 0
        self._seen.clear()
        return flags

    def take_seconds(self) -> float:
        """Time spent reading gradients since the last call."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds

    def _spent(self, seconds: float) -> None:
        self._seconds += seconds  # no lock: see after(); at worst a bucket's time goes missing

    def release(self) -> None:
        """Reads nothing from now on, and gives the copies' memory back."""
        self.on = False
        self._plans = {}

    def turn_off(self, error: Exception) -> None:
        self.release()
        log.warning("rankscope: gradients are no longer read, the training goes on: %r", error)

    def _read(self, bucket: GradBucket, buffer: Tensor) -> Plan | None:
        if buffer.layout is not torch.strided:
            return None  # a sparse embedding: left out, and the step is marked partial
        plan = self._plan(bucket, buffer)
        index = bucket.index()
        if index in self._seen:  # without no_sync(): the last reduction is the one that counts
            self._reader.restart()
            self._seen.clear()
            self._elements = 0
            self.mark(MANY_REDUCTIONS)
        self._seen.add(index)
        self._elements += plan.elements
        began = perf_counter()
        self._reader.gradient(plan, buffer)
        self._spent(perf_counter() - began)
        return plan

    def _plan(self, bucket: GradBucket, buffer: Tensor) -> Plan:
        """The bucket's plan. Buckets are rebuilt once, after the first step, in another order."""
        parameters = bucket.parameters()
        key = tuple(map(id, parameters))
        plan = self._plans.get(bucket.index())
        if plan is None or plan.key != key:
            if bucket.index() == 0:
                self._plans.clear()  # copies of an older layout would only hold memory
            plan = make_plan(key, parameters, bucket.gradients(), buffer, self._layout)
            plan.copy = torch.empty_like(buffer) if self._exact else None
            self._plans[bucket.index()] = plan
        return plan


class CommHook:
    """DDP's communication hook: records, then reduces as `reduce` does."""

    def __init__(self, reduce: Hook, lossy: bool, scale: Scale | None = None) -> None:
        self._reduce = reduce
        self.scale = scale
        self._lossy = lossy  # whether `reduce` may return something else than the mean
        self.tap: Tap | None = None
        self.detached = False  # copied along with its model: no reducer knows this one
        self.__name__ = self.__qualname__ = f"rankscope_{getattr(reduce, '__name__', 'hook')}"

    def __call__(self, state: object, bucket: GradBucket) -> Future[Tensor]:
        tap = self.tap
        plan = None if tap is None else tap.before(bucket, bucket.buffer())
        if tap is not None and self._lossy:
            tap.mark(LOSSY_REDUCE)
        if tap is not None and self.scale is not None and not self.scale.is_mean():
            plan = None  # of fewer ranks: not the mean that the others' sums speak of
            tap.mark(LOSSY_REDUCE)
        future = self._reduce(state, bucket)

        def finish(done: Future[Tensor]) -> Tensor:
            value = done.value()
            mean: Tensor = value[0] if isinstance(value, (list, tuple)) else value
            if tap is not None and plan is not None:
                tap.after(plan, mean)
            return mean

        return future.then(finish)

    def __reduce__(self) -> tuple[Callable[[], "CommHook"], tuple[()]]:
        """Models are copied and saved whole; their hooks stay behind, as DDP's reducers do."""
        return _detached_hook, ()


def _detached_hook() -> CommHook:
    hook = CommHook(allreduce_hook, lossy=False)
    hook.detached = True
    return hook


def wrapping_hook(hook: Hook) -> CommHook:
    """Around a hook of the user's. Whether it returns the plain mean cannot be told cheaply."""
    return CommHook(hook, lossy=hook is not allreduce_hook)


def mean_hook(group: dist.ProcessGroup, scale: Scale) -> CommHook:
    """Does what DDP does without a hook, to the bit."""

    def allreduce(state: object, bucket: GradBucket) -> Future[Tensor]:
        buffer = bucket.buffer()
        scale.apply(buffer, bucket)
        work = dist.all_reduce(buffer, group=group, async_op=True)
        assert work is not None  # async_op
        future: Future[Tensor] = work.get_future()
        return future

    _follow_joins()
    return CommHook(allreduce, lossy=False, scale=scale)


@cache
def _follow_joins() -> None:
    """Shows each Scale the count of ranks that join() makes, which DDP keeps from hooks.

    There is no other way to it: DDP hands the count on to its reducer, which keeps it. Counting
    again would be one more collective, in which a rank that is not watched would be missing.
    """
    notify = Join.notify_join_context

    @wraps(notify)
    def notify_and_follow(joinable: Any) -> Any:
        count = notify(joinable)
        if count:
            static = getattr(joinable, "_divide_by_initial_world_size", True)
            for hook, _ in getattr(joinable, "_comm_hooks", ()):
                if isinstance(hook, CommHook) and hook.scale is not None:
                    hook.scale.follow(count, static)
        return count

    Join.notify_join_context = staticmethod(notify_and_follow)  # type: ignore[method-assign]
