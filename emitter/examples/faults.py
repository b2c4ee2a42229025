# SPDX-License-Identifier: Apache-2.0
"""Faults that real clusters have, to see what they look like: one rank misbehaves from a step on.

same-data      reads the batches of the next rank
corrupt-shard  its responses' bytes are shuffled (a broken shard or tokenizer)
dropout-off    its model is in eval mode
nan            its loss is NaN, at that one step
bitflip        the highest exponent bit of one gradient element flips, at that one step
param-desync   its parameters get a little noise, at that one step
loss-scale     its loss is four times too large in the backward pass
short-batches  it reads only the first sample of each batch
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn

KINDS = (
    "same-data", "corrupt-shard", "dropout-off", "nan",
    "bitflip", "param-desync", "loss-scale", "short-batches",
)  # fmt: skip
ONE_STEP = ("nan", "bitflip", "param-desync")

Sample = tuple[list[int], list[int]]


@dataclass(frozen=True)
class Fault:
    """What goes wrong in one rank. `rank` is the faulty one, `own` the one that asks."""

    kind: str | None
    rank: int
    step: int
    own: int
    world: int

    def strikes(self, kind: str, step: int) -> bool:
        if self.kind != kind or self.own != self.rank:
            return False
        return step == self.step if kind in ONE_STEP else step >= self.step

    def reads_as(self, step: int) -> int:
        """The rank whose samples this rank reads."""
        return (self.own + 1) % self.world if self.strikes("same-data", step) else self.own

    def spoil_samples(self, samples: list[Sample], step: int) -> list[Sample]:
        if self.strikes("short-batches", step):
            samples = samples[:1]
        if self.strikes("corrupt-shard", step):
            samples = [(prompt, _shuffled(response)) for prompt, response in samples]
        return samples

    def spoil_model(self, model: nn.Module, step: int) -> None:
        """Before the forward pass."""
        model.train(not self.strikes("dropout-off", step))
        if self.strikes("param-desync", step):
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter += 1e-3 * torch.randn_like(parameter)

    def spoil_loss(self, loss: Tensor, step: int) -> Tensor:
        return loss * float("nan") if self.strikes("nan", step) else loss

    def loss_factor(self, step: int) -> float:
        """What the loss is multiplied by for the backward pass, unseen in the reported loss."""
        return 4.0 if self.strikes("loss-scale", step) else 1.0

    def arm_bitflip(self, parameter: nn.Parameter, step: int) -> None:
        """Before the backward pass: the next gradient of `parameter` gets a flipped bit."""
        if not self.strikes("bitflip", step):
            return

        def flip(gradient: Tensor) -> Tensor:
            handle.remove()
            spoiled = gradient.clone()
            first = spoiled.view(-1)[:1].float()
            spoiled.view(-1)[:1] = (first.view(torch.int32) ^ (1 << 30)).view(torch.float32)
            return spoiled

        handle = parameter.register_hook(flip)


def _shuffled(response: list[int]) -> list[int]:
    shuffled = response[:-1]  # the end of the text stays the end
    random.Random(0).shuffle(shuffled)
    return [*shuffled, response[-1]]
