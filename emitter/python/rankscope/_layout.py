# SPDX-License-Identifier: Apache-2.0
"""Names of parameters, and where a bucket keeps them."""

from __future__ import annotations

import ctypes
import hashlib
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn

from ._native import ELEMENT_TYPES, Segment

MAX_GROUPS = 64


@dataclass(frozen=True)
class Parameter:
    key: int  # 64 bits of a hash of the name: equal on all ranks, whatever bucket it is in
    group: int
    tensor: weakref.ref[Tensor]


class Layout:
    """The parameters of a model that get a gradient, and the layer groups they belong to.

    A group is a module path, cut at the greatest depth that leaves at most MAX_GROUPS of them.
    """

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]]) -> None:
        parameters = [(_plain(name), p) for name, p in named if p.requires_grad]
        paths = _groups([name for name, _ in parameters])
        self.group_names = list(dict.fromkeys(paths))
        numbers = {name: i for i, name in enumerate(self.group_names)}
        self.group_sizes = [0] * len(numbers)
        self._parameters: dict[int, Parameter] = {}  # by id(); of a dead one another's may be
        for (name, parameter), path in zip(parameters, paths, strict=True):
            group = numbers[path]
            self.group_sizes[group] += parameter.numel()
            key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
            self._parameters[id(parameter)] = Parameter(key, group, weakref.ref(parameter))
        self.elements = sum(self.group_sizes)

    def find(self, parameter: Tensor) -> Parameter:
        """Raises KeyError for a parameter of another model."""
        known = self._parameters[id(parameter)]
        if known.tensor() is not parameter:
            raise KeyError("a parameter of another model")
        return known


@dataclass
class Plan:
    """How to read one bucket: made once, used every step until DDP rebuilds its buckets."""

    key: tuple[int, ...]  # ids of the parameters in the bucket's order
    element: int  # ELEMENT_TYPES
    elements: int
    segments: ctypes.Array[Segment]
    copy: Tensor | None = field(default=None)  # this rank's gradient while it is being reduced


def make_plan(
    key: tuple[int, ...],
    parameters: Sequence[Tensor],
    gradients: Sequence[Tensor],
    buffer: Tensor,
    layout: Layout,
) -> Plan:
    """Raises KeyError for an element type or a parameter that is not known."""
    segments = (Segment * len(parameters))()
    for segment, parameter, gradient in zip(segments, parameters, gradients, strict=True):
        known = layout.find(parameter)
        segment.key = known.key
        segment.group = known.group
        segment.offset = (gradient.data_ptr() - buffer.data_ptr()) // buffer.element_size()
        segment.count = gradient.numel()
    elements = sum(segment.count for segment in segments)
    return Plan(key, ELEMENT_TYPES[str(buffer.dtype)], elements, segments)


def _plain(name: str) -> str:
    return name.removeprefix("module.").replace("_orig_mod.", "")


def _groups(names: Sequence[str]) -> list[str]:
    paths = [name.split(".")[:-1] or [name] for name in names]
    for depth in range(max(map(len, paths), default=1), 0, -1):
        cut = [".".join(path[:depth]) for path in paths]
        if len(set(cut)) <= MAX_GROUPS:
            return cut
    return ["model"] * len(paths)
