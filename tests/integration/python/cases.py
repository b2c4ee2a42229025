# SPDX-License-Identifier: Apache-2.0
"""What the ranks train, and the reference that they compute beside it.

The reference is independent of the package: a copy of the model outside DDP computes each rank's
gradient again, the ranks gather them in float64, and the Gram matrix of the full gradients says
what every metric must be.
"""

from __future__ import annotations

import copy
import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import rankscope
import rankscope._watch
import torch
import torch.distributed as dist
from model import IGNORED
from net import batch_of, flat_gradient, loss_sum, make_net, text_batch_of
from support import watch_connected
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
SPOILT_STEP = 2  # where "zero" and "nan" strike rank 1


@dataclass(frozen=True)
class Case:
    name: str
    steps: int = 6
    dtype: str = "float32"
    accumulate: int = 1
    desynchronised: bool = False
    spare: str = "used"  # or "unused", or "uneven": on odd ranks only
    spoilt: str = ""  # "identical", "opposite", "zero", "nan"
    on_device: bool = False  # read by the path for devices, though on CPU tensors
    transformer: bool = False
    scale: float = 1.0  # of the loss in the backward pass: fp16 alone would underflow
    keep_gradients: bool = False  # zero_grad(set_to_none=False)
    ddp: dict[str, object] = field(default_factory=dict)
    watch: dict[str, object] = field(default_factory=dict)


CASES = (
    Case("plain", steps=60),
    Case("accumulated", accumulate=3),
    Case("unused", spare="unused", ddp={"find_unused_parameters": True}),
    Case("uneven", spare="uneven", ddp={"find_unused_parameters": True}),
    Case("desynchronised", desynchronised=True),
    Case("bucket-view", ddp={"gradient_as_bucket_view": True}, keep_gradients=True),
    Case("static-graph", ddp={"static_graph": True}),
    Case("float64", dtype="float64"),
    Case("bfloat16", dtype="bfloat16", transformer=True),
    Case("float16", dtype="float16", transformer=True, scale=1024.0),
    Case("on-device", on_device=True),
    Case("on-device-bfloat16", on_device=True, dtype="bfloat16", transformer=True),
    Case("sketch-only", watch={"exact": False}),
    Case("identical", spoilt="identical"),
    Case("zero", spoilt="zero"),
    Case("nan", spoilt="nan"),
)
OPPOSITE = Case("opposite", spoilt="opposite")  # two ranks only


def cases_for(world: int) -> list[Case]:
    return [*CASES, OPPOSITE] if world == 2 else list(CASES)


class Training:
    """One rank's training run of a case."""

    def __init__(self, case: Case, rank: int, world: int) -> None:
        self.case, self.rank, self.world = case, rank, world
        self.dtype = DTYPES[case.dtype]
        self.net = make_net(self.dtype, case.transformer)
        # Small buckets: several of them once DDP has rebuilt them after the first step.
        options = {"bucket_cap_mb": 0.05, **case.ddp}
        self.ddp = DistributedDataParallel(self.net, **options)
        if case.desynchronised:
            generator = torch.Generator().manual_seed(rank)
            with torch.no_grad():
                for parameter in self.net.parameters():
                    noise = torch.randn(parameter.shape, generator=generator)
                    parameter += 0.02 * noise.to(self.dtype)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05, momentum=0.9)

    def batches(self, step: int) -> list[tuple[Tensor, Tensor]]:
        """The step's micro-batches; their sizes differ between ranks."""
        same = self.case.spoilt in ("identical", "opposite")
        place = 0 if same else self.rank
        size = 12 if same else 8 + 3 * self.rank
        seeds = (step * 1000 + place * 10 + part for part in range(self.case.accumulate))
        if self.case.transformer:
            return [text_batch_of(seed, size) for seed in seeds]
        return [batch_of(seed, size, self.dtype) for seed in seeds]

    def factor(self, step: int) -> float:
        struck = self.rank == 1 and (step == SPOILT_STEP or self.case.spoilt == "opposite")
        return {"zero": 0.0, "nan": float("nan"), "opposite": -1.0}.get(
            self.case.spoilt if struck else "", 1.0
        )

    def loss(self, model: torch.nn.Module, batch: tuple[Tensor, Tensor], step: int) -> Tensor:
        x, labels = batch
        spare = self.case.spare == "used" or (self.case.spare == "uneven" and self.rank % 2 == 1)
        count = _weight(labels) * self.case.accumulate
        return self.factor(step) * loss_sum(model(x, spare), labels) / count

    def backward(self, step: int) -> tuple[float, int]:
        """Through DDP; returns loss and weight of the whole step."""
        batches = self.batches(step)
        total = 0.0
        for number, batch in enumerate(batches):
            last = number == len(batches) - 1
            with nullcontext() if last else self.ddp.no_sync():
                loss = self.loss(self.ddp, batch, step)
                (loss * self.case.scale).backward()
            total += loss.item()
        return total, sum(_weight(labels) for _, labels in batches)

    def reference(self, step: int) -> tuple[float, Tensor]:
        """Loss and gradient of this rank, from a copy of the model that DDP does not know."""
        twin = copy.deepcopy(self.net)
        twin.zero_grad()
        total = 0.0
        for batch in self.batches(step):
            loss = self.loss(twin, batch, step)
            (loss * self.case.scale).backward()
            total += loss.item()
        return total, flat_gradient(twin)

    def update(self) -> bool:
        """The optimizer's part; false when it was left out because of a NaN."""
        finite = all(p.grad is None or bool(p.grad.isfinite().all()) for p in self.net.parameters())
        if finite:
            for parameter in self.net.parameters():
                if parameter.grad is not None and self.case.scale != 1:
                    parameter.grad /= self.case.scale
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=not self.case.keep_gradients)
        return finite


def _weight(labels: Tensor) -> int:
    return int((labels != IGNORED).sum())


def record_case(case: Case, rank: int, world: int, endpoint: str, out: Path) -> None:
    """Trains with the emitter; rank 0 writes what the recording must say to `out` (npz)."""
    training = Training(case, rank, world)
    losses: list[Tensor] = []
    grams: list[Tensor] = []
    weights: list[Tensor] = []
    rankscope._watch._is_device = lambda device: case.on_device
    with watch_connected(training.ddp, endpoint, **case.watch) as scope:
        for step in range(case.steps):
            reference_loss, gradient = training.reference(step)
            loss, weight = training.backward(step)
            scope.step(loss, weight=weight, skipped=not training.update())
            losses.append(_gather(torch.tensor([reference_loss], dtype=torch.float64)).squeeze(1))
            weights.append(_gather(torch.tensor([float(weight)])).squeeze(1))
            gathered = _gather(gradient)
            grams.append(gathered @ gathered.T)
    if rank == 0:
        arrays = {"loss": losses, "weight": weights, "gram": grams}
        np.savez(out, **{name: torch.stack(parts).numpy() for name, parts in arrays.items()})


def _gather(part: Tensor) -> Tensor:
    parts = [torch.empty_like(part) for _ in range(dist.get_world_size())]
    dist.all_gather(parts, part)
    return torch.stack(parts)


def final_weights(case: Case, rank: int, world: int, endpoint: str | None) -> str:
    """Hash of the weights after 20 steps, with the emitter when there is an endpoint."""
    # Rounding depends on the type, not on the model: the small one is faster.
    training = Training(replace(case, transformer=False), rank, world)
    scope = None
    rankscope._watch._is_device = lambda device: case.on_device
    if endpoint is not None:
        scope = rankscope.watch(training.ddp, endpoint=endpoint, **case.watch)
    for step in range(20):
        loss, weight = training.backward(step)
        training.update()
        if scope is not None:
            scope.step(loss, weight=weight)
    if scope is not None:
        scope.close()
    return _hash_of(training.net)


def sparse_weights(rank: int, endpoint: str | None) -> str:
    """The same of a model with a sparse embedding, whose gradient is reduced and not read."""
    torch.manual_seed(1)
    net = nn.Sequential(nn.Embedding(50, 8, sparse=True), nn.Linear(8, 4))
    ddp = DistributedDataParallel(net)
    rankscope._watch._is_device = lambda device: False
    scope = None if endpoint is None else rankscope.watch(ddp, endpoint=endpoint)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    generator = torch.Generator().manual_seed(rank)
    for _ in range(20):
        loss = ddp(torch.randint(0, 50, (16,), generator=generator)).square().sum()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if scope is not None:
            scope.step(loss)
    if scope is not None:
        scope.close()
    return _hash_of(net)


def joined_weights(rank: int, endpoint: str | None, **join: bool) -> str:
    """The same of ranks that run out of data one after the other."""
    training = Training(
        Case("joined", keep_gradients=True, ddp={"gradient_as_bucket_view": True}),
        rank,
        dist.get_world_size(),
    )
    rankscope._watch._is_device = lambda device: False
    scope = None if endpoint is None else watch_connected(training.ddp, endpoint)
    with training.ddp.join(**join):
        for step in range(3 + 2 * rank):
            loss, _ = training.backward(step)
            training.optimizer.step()
            training.optimizer.zero_grad(set_to_none=False)
            if scope is not None:
                scope.step(loss)
    if scope is not None:
        scope.close()
    return _hash_of(training.net)


def _hash_of(net: nn.Module) -> str:
    digest = hashlib.sha256()
    for parameter in net.parameters():
        digest.update(parameter.detach().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
