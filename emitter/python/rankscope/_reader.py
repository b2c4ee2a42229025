# SPDX-License-Identifier: Apache-2.0
"""What reads gradients: the emitter's kernels for those in the host's memory."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from ._layout import Plan
from ._native import Emitter


class Reader(Protocol):
    def gradient(self, plan: Plan, buffer: Tensor) -> None:
        """Adds a bucket's local gradient to the step, and keeps it in plan.copy if there is one."""

    def reduced(self, plan: Plan, mean: Tensor) -> None:
        """Adds what plan.copy and the reduced bucket say."""

    def restart(self) -> None:
        """Forgets what was gathered in this step."""


class HostReader:
    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter

    def gradient(self, plan: Plan, buffer: Tensor) -> None:
        copy = None if plan.copy is None else plan.copy.data_ptr()
        self._emitter.gradient(buffer.data_ptr(), plan.element, plan.segments, copy)

    def reduced(self, plan: Plan, mean: Tensor) -> None:
        if plan.copy is not None:
            mean = mean.contiguous()
            self._emitter.reduced(
                plan.copy.data_ptr(), mean.data_ptr(), plan.element, plan.segments
            )

    def restart(self) -> None:
        self._emitter.restart_sums()
