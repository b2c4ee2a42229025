# SPDX-License-Identifier: Apache-2.0
"""Small models and data for them, seeded by rank and step."""

from __future__ import annotations

import torch
from instructions import GeneratedRecords, collate, encode
from model import IGNORED, ByteModel, ModelSize
from torch import Tensor, nn
from torch.nn import functional

FEATURES, CLASSES = 64, 10


class Net(nn.Module):
    """About 60,000 parameters; `spare` takes part only when asked."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(FEATURES, 256), nn.GELU(), nn.Linear(256, 128), nn.GELU(), nn.Linear(128, 64)
        )
        self.spare = nn.Linear(FEATURES, 64)
        self.head = nn.Linear(64, CLASSES)

    def forward(self, x: Tensor, spare: bool) -> Tensor:
        hidden = self.body(x)
        if spare:
            hidden = hidden + self.spare(x)
        return self.head(hidden)


class Transformer(ByteModel):
    """The demo's model, smaller. Its gradients are spread over many elements, as large models' are:
    the reduction's rounding in half precision averages out."""

    def __init__(self) -> None:
        super().__init__(ModelSize(width=64, layers=2, context=96, dropout=0.0))

    def forward(self, x: Tensor, spare: bool) -> Tensor:
        return super().forward(x)


def make_net(dtype: torch.dtype, transformer: bool = False) -> nn.Module:
    """Equal on all ranks."""
    torch.manual_seed(1)
    return (Transformer() if transformer else Net()).to(dtype)


def batch_of(seed: int, size: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(size, FEATURES, generator=generator)
    noise = torch.randn(size, FEATURES, generator=generator)
    return x.to(dtype), (x + noise)[:, :CLASSES].argmax(dim=1)


def text_batch_of(seed: int, size: int) -> tuple[Tensor, Tensor]:
    records = GeneratedRecords(size, seed)
    return collate([encode(record, 96) for record in records])


def loss_sum(logits: Tensor, labels: Tensor) -> Tensor:
    flat = logits.flatten(0, -2).float()
    return functional.cross_entropy(flat, labels.flatten(), ignore_index=IGNORED, reduction="sum")


def flat_gradient(net: nn.Module) -> Tensor:
    """All gradients as one float64 vector; a parameter without one counts as zeros."""
    parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in net.parameters()]
    return torch.cat([part.detach().double().flatten() for part in parts])
