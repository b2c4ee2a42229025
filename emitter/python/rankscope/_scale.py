# SPDX-License-Identifier: Apache-2.0
"""Divides a bucket by the world size with the very rounding of DDP's own reducer."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from ._bucket import GradBucket


class Scale:
    """Multiplies by 1/W, as DDP does when it copies a gradient into its bucket. Sparse ones it
    divides by W, which rounds differently unless W is a power of two.

    Under join(divide_by_initial_world_size=False) W counts the ranks that still have data.
    """

    def __init__(self, world: int) -> None:
        self._world = world
        self._divisor = world
        self._count: Any = None  # the collective that counts the ranks, until it is asked

    def follow(self, count: Any, static: bool) -> None:
        """What DDP's reducer is told at each forward pass under join(), and what it makes of it."""
        self._divisor = self._world
        self._count = None if static else count

    def divisor(self) -> int:
        """DDP has waited for the count by the time of its hooks."""
        if self._count is not None:
            count, self._count = self._count, None
            count.wait()
            self._divisor = int(count.get_future().value()[0].item())
        return self._divisor

    def is_mean(self) -> bool:
        """Whether all the ranks take part in the mean."""
        return self.divisor() == self._world

    def apply(self, buffer: Tensor, bucket: GradBucket) -> None:
        if buffer.layout is torch.strided:
            buffer.mul_(1.0 / self.divisor())
        else:
            buffer.div_(self.divisor())


class BucketViewScale(Scale):
    """For gradient_as_bucket_view: a gradient that was in its bucket before the backward pass
    (kept by zero_grad(set_to_none=False)) is not copied, and DDP divides it by W as well.
    """

    def __init__(self, world: int, parameters: Iterable[nn.Parameter]) -> None:
        super().__init__(world)
        self._parameters = [weakref.ref(p) for p in parameters if p.requires_grad]
        self._addresses: dict[int, int] = {}  # of a parameter's gradient before the backward pass
        if not _is_power_of_two(world):
            self._listen()

    def follow(self, count: Any, static: bool) -> None:
        super().follow(count, static)
        if not static:
            self._listen()  # fewer ranks may be no power of two

    def _listen(self) -> None:
        references, self._parameters = self._parameters, []
        for reference in references:
            parameter = reference()
            if parameter is not None:
                self._note_address(parameter, reference)

    def _note_address(self, parameter: nn.Parameter, reference: weakref.ref[nn.Parameter]) -> None:
        key, addresses = id(parameter), self._addresses

        def note(_: Tensor) -> None:
            alive = reference()
            kept = None if alive is None else alive.grad
            addresses[key] = 0 if kept is None else kept.data_ptr()

        parameter.register_hook(note)  # type: ignore[no-untyped-call]

    def apply(self, buffer: Tensor, bucket: GradBucket) -> None:
        divisor = self.divisor()
        if buffer.layout is not torch.strided or _is_power_of_two(divisor):
            super().apply(buffer, bucket)
            return
        for parameter, gradient in zip(bucket.parameters(), bucket.gradients(), strict=True):
            if self._addresses.get(id(parameter), 0) == gradient.data_ptr():
                gradient.div_(divisor)
            else:
                gradient.mul_(1.0 / divisor)


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def scale_for(world: int, bucket_views: bool, parameters: Iterable[nn.Parameter]) -> Scale:
    return BucketViewScale(world, parameters) if bucket_views else Scale(world)
