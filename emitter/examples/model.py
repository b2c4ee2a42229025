# SPDX-License-Identifier: Apache-2.0
"""A decoder-only transformer over bytes, small enough to train eight copies on a laptop."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

VOCABULARY = 256  # one token per byte; byte 0 ends a text and pads a batch
IGNORED = -100  # label of a position that has no loss


@dataclass(frozen=True)
class ModelSize:
    width: int = 96
    layers: int = 4
    heads: int = 4
    context: int = 192  # bytes
    dropout: float = 0.1


class Block(nn.Module):
    """Attention and feed-forward, each with its normalisation in front and a residual around."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.heads = size.heads
        self.norm1 = nn.LayerNorm(size.width)
        self.query_key_value = nn.Linear(size.width, 3 * size.width, bias=False)
        self.project = nn.Linear(size.width, size.width, bias=False)
        self.norm2 = nn.LayerNorm(size.width)
        self.expand = nn.Linear(size.width, 4 * size.width, bias=False)
        self.contract = nn.Linear(4 * size.width, size.width, bias=False)
        self.dropout = nn.Dropout(size.dropout)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = self.query_key_value(self.norm1(x))
        q, k, v = qkv.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        attended = attended.transpose(1, 2).reshape(batch, length, width)
        x = x + self.dropout(self.project(attended))
        return x + self.dropout(self.contract(functional.gelu(self.expand(self.norm2(x)))))


class ByteModel(nn.Module):
    """Maps bytes (batch, length) to logits over the next byte (batch, length, VOCABULARY)."""

    def __init__(self, size: ModelSize) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, size.width)
        self.positions = nn.Embedding(size.context, size.width)
        self.layers = nn.ModuleList(Block(size) for _ in range(size.layers))
        self.norm = nn.LayerNorm(size.width)
        self.head = nn.Linear(size.width, VOCABULARY, bias=False)
        self.apply(_initialise)

    def forward(self, tokens: Tensor) -> Tensor:
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens) + self.positions(places)
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


def _initialise(module: nn.Module) -> None:
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)


def response_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Sum of the labelled positions' cross entropies in nats, computed in float32."""
    return functional.cross_entropy(
        logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum"
    )
