# SPDX-License-Identifier: Apache-2.0
"""Measures gradients at some steps only, so that their cost stays below a share of the run."""

from __future__ import annotations

import time

SETTLED = 8  # measured steps before the first decision
MAX_INTERVAL = 1024


class Sampling:
    """Chooses an interval, a power of two of steps, from the cost measured so far.

    Ranks choose for themselves, without a word to each other: intervals are nested, so the steps
    that the slowest rank measures are measured by all. The other steps carry the loss alone.
    """

    def __init__(self, share: float) -> None:
        """share: of the wall time, above 0, e.g. 0.01."""
        self._share = share
        self._interval = 1
        self._steps = 0
        self._measured = 0
        self._cost = 0.0  # seconds in our passes
        self._began = time.perf_counter()

    def end_step(self, seconds: float) -> bool:
        """Takes what the step's passes cost; returns whether the next step is to be measured."""
        self._steps += 1
        self._cost += seconds
        self._measured += seconds > 0
        if self._measured >= SETTLED:
            wall = (time.perf_counter() - self._began) / self._steps
            wanted = self._cost / self._measured / (self._share * wall)
            while self._interval < min(wanted, MAX_INTERVAL):
                self._interval *= 2
        return self._steps % self._interval == 0
