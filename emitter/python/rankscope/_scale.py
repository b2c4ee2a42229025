# SPDX-License-Identifier: Apache-2.0
"""Divides a bucket by the world size with the very rounding of DDP's own reducer."""

from __future__ import annotations

import weakref
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ._bucket import GradBucket


class Scale:
    """Multiplies by 1/W, as DDP does when it copies a gradient into its bucket. Sparse ones it
    divides by W, which rounds differently unless W is a power of two.
    """

    def __init__(self, world: int) -> None:
        self._world = world

    def apply(self, buffer: Tensor, bucket: GradBucket) -> None:
        if buffer.layout is torch.strided:
            buffer.mul_(1.0 / self._world)
        else:
            buffer.div_(self._world)


class BucketViewScale(Scale):
    """For gradient_as_bucket_view: a gradient that was in its bucket before the backward pass
    (kept by zero_grad(set_to_none=False)) is not copied, and DDP divides it by W as well.
    """

    def __init__(self, world: int, parameters: Iterable[nn.Parameter]) -> None:
        super().__init__(world)
        self._addresses: dict[int, int] = {}  # of a parameter's gradient before the backward pass
        for parameter in parameters:
            if parameter.requires_grad:
                self._listen(parameter)

    def _listen(self, parameter: nn.Parameter) -> None:
        reference, key, addresses = weakref.ref(parameter), id(parameter), self._addresses

        def note(_: Tensor) -> None:
            alive = reference()
            kept = None if alive is None else alive.grad
            addresses[key] = 0 if kept is None else kept.data_ptr()

        parameter.register_hook(note)  # type: ignore[no-untyped-call]

    def apply(self, buffer: Tensor, bucket: GradBucket) -> None:
        if buffer.layout is not torch.strided:
            super().apply(buffer, bucket)
            return
        for parameter, gradient in zip(bucket.parameters(), bucket.gradients(), strict=True):
            if self._addresses.get(id(parameter), 0) == gradient.data_ptr():
                gradient.div_(self._world)
            else:
                gradient.mul_(1.0 / self._world)


def scale_for(world: int, bucket_views: bool, parameters: Iterable[nn.Parameter]) -> Scale:
    if bucket_views and world & (world - 1):
        return BucketViewScale(world, parameters)
    return Scale(world)
