# SPDX-License-Identifier: Apache-2.0
"""Which samples each rank reads, as a pure function of (rank, step).

Sharding:
  partition   like a DistributedSampler: a rank takes every W-th place of the shuffled order, so
              ranks whose sampler seeds agree read disjoint samples;
  replicate   each rank reads the whole order, so ranks whose sampler seeds agree read the *same*
              batches: an eighth of the effective batch at eight ranks.

Settings (those of arXiv 2602.14462, section 4, which perturb the two seeds of a rank):
  standard    one sampler seed for all, a dropout seed per rank (what people run);
  s1-1        one sampler seed and one dropout seed for all;
  s1-2        as s1-1, but rank 0 has other seeds;
  s1-3        each rank has seeds of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

SHARDINGS = ("partition", "replicate")
SETTINGS = ("standard", "s1-1", "s1-2", "s1-3")


@dataclass(frozen=True)
class Seeds:
    sampler: int
    dropout: int


def seeds_of(setting: str, seed: int, rank: int) -> Seeds:
    """The seeds of one rank. They must be set when the rank is known, and not again later."""
    own = seed + 1000 * (rank + 1)
    if setting == "standard":
        return Seeds(sampler=seed, dropout=own)
    if setting == "s1-1" or (setting == "s1-2" and rank != 0):
        return Seeds(sampler=seed, dropout=seed)
    return Seeds(sampler=own, dropout=own)


@dataclass(frozen=True)
class Plan:
    """Order in which the ranks read `size` samples, `batch` of them per rank and step."""

    size: int
    world: int
    batch: int
    sharding: str
    setting: str
    seed: int

    def samples(self, rank: int, step: int) -> list[int]:
        """Indices that `rank` reads at `step`; each epoch has an order of its own."""
        seed = seeds_of(self.setting, self.seed, rank).sampler
        first, stride = (rank, self.world) if self.sharding == "partition" else (0, 1)
        steps_per_epoch = self.size // stride // self.batch
        epoch, place = divmod(step, steps_per_epoch)
        order = _order(seed, epoch, self.size)
        places = range(place * self.batch, (place + 1) * self.batch)
        return [order[first + stride * i] for i in places]


@lru_cache(maxsize=4)
def _order(seed: int, epoch: int, size: int) -> list[int]:
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    return torch.randperm(size, generator=generator).tolist()
