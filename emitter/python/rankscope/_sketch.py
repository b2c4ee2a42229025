# SPDX-License-Identifier: Apache-2.0
"""The gradient sketch in tensor operations, for devices; defined in emitter/src/SketchHash.h."""

from __future__ import annotations

import torch
from torch import Tensor

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_SIGN_BLOCK = 512  # elements whose signs come from eight 64-bit words


def mix(x: int) -> int:
    """splitmix64's finaliser on an unsigned 64-bit number."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def seed_of_step(step: int) -> int:
    """Seed of an emitter's n-th record, equal on all ranks; the first is 0."""
    return mix((step + _GOLDEN) & _MASK)


def add_to_sketch(sketch: Tensor, values: Tensor, first: int, key: int, seed: int) -> None:
    """Adds float32 `values`, the elements of a parameter from `first` on, to float32 `sketch`."""
    size, device = sketch.numel(), values.device
    rotations = mix(seed ^ mix((key + _GOLDEN) & _MASK))
    signs = mix(rotations ^ _GOLDEN)
    element = torch.arange(first, first + values.numel(), device=device)
    last = first + values.numel() - 1

    blocks = torch.arange(first // size, last // size + 1, device=device)
    rotation = _stream(rotations, blocks) & (size - 1)
    bucket = (element & (size - 1)) ^ rotation[element // size - first // size]

    first_word = first // _SIGN_BLOCK * 8
    words = _stream(signs, torch.arange(first_word, last // _SIGN_BLOCK * 8 + 8, device=device))
    word = words[element // _SIGN_BLOCK * 8 - first_word + ((element & 15) >> 1)]
    bit = ((element & 1) << 5) + 31 - ((element & 511) >> 4)
    negated = ((word >> bit) & 1).bool()
    sketch.index_add_(0, bucket, torch.where(negated, -values, values))


def _stream(start: int, number: Tensor) -> Tensor:
    """mix(start + (number + 1) * golden); int64 arithmetic wraps as uint64 does."""
    x = _signed(start) + (number + 1) * _signed(_GOLDEN)
    x = (x ^ _shifted(x, 30)) * _signed(0xBF58476D1CE4E5B9)
    x = (x ^ _shifted(x, 27)) * _signed(0x94D049BB133111EB)
    return x ^ _shifted(x, 31)


def _shifted(x: Tensor, bits: int) -> Tensor:
    """To the right, filling with zeros."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def _signed(x: int) -> int:
    return x - (1 << 64) if x >> 63 else x
