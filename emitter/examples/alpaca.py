# SPDX-License-Identifier: Apache-2.0
"""Full fine-tuning of a small byte-level transformer on instruction data, with DDP over Gloo.

    torchrun --nproc-per-node 8 alpaca.py --steps 240

Every rank shows up in Rankscope: where, rank 0 says at the start. The settings of arXiv 2602.14462
and the faults of faults.py are options.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import rankscope
import torch
import torch.distributed as dist
from faults import KINDS, Fault
from instructions import GeneratedRecords, Record, collate, encode, read_records
from model import ByteModel, ModelSize, response_loss
from sharding import SETTINGS, SHARDINGS, Plan, seeds_of
from torch import nn
from torch.nn.parallel import DistributedDataParallel

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float64": torch.float64}


@dataclass(frozen=True)
class Outcome:
    losses: list[float]  # of this rank, per step
    checksum: str  # of this rank's final weights


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=240, help="optimizer steps")
    parser.add_argument("--batch", type=int, default=4, help="samples per rank and micro-batch")
    parser.add_argument("--accumulate", type=int, default=1, help="micro-batches per step")
    parser.add_argument("--data", type=Path, help="JSON file in Alpaca's format, else generated")
    parser.add_argument("--sharding", choices=SHARDINGS, default="partition")
    parser.add_argument("--setting", choices=SETTINGS, default="standard")
    parser.add_argument("--fault", choices=KINDS, help="what goes wrong in one rank")
    parser.add_argument("--fault-rank", type=int, default=0)
    parser.add_argument("--fault-step", type=int, default=80)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dtype", choices=sorted(DTYPES), default="float32")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--width", type=int, default=ModelSize.width)
    parser.add_argument("--layers", type=int, default=ModelSize.layers)
    parser.add_argument("--context", type=int, default=ModelSize.context, help="bytes")
    parser.add_argument("--print-every", type=int, default=10, help="steps between two lines")
    parser.add_argument("--checksum", action="store_true", help="print the final weights' SHA-256")
    parser.add_argument(
        "--sketch", type=int, help="numbers in a gradient's sketch, for the cosines"
    )
    parser.add_argument("--name", default="alpaca", help="name of the run in Rankscope")
    return parser.parse_args(argv)


def records_of(options: argparse.Namespace) -> Sequence[Record]:
    if options.data is not None:
        return read_records(options.data)
    return GeneratedRecords(20_000, options.seed)


def build_model(options: argparse.Namespace) -> nn.Module:
    """The same parameters on every rank, whatever the setting is."""
    torch.manual_seed(options.seed)
    size = ModelSize(width=options.width, layers=options.layers, context=options.context)
    return ByteModel(size).to(DTYPES[options.dtype])


def train(options: argparse.Namespace) -> Outcome:
    """One run in the process group that is there."""
    rank, world = dist.get_rank(), dist.get_world_size()
    records = records_of(options)
    samples_per_step = options.batch * options.accumulate
    plan = Plan(
        len(records), world, samples_per_step, options.sharding, options.setting, options.seed
    )
    fault = Fault(options.fault, options.fault_rank, options.fault_step, rank, world)
    model = DistributedDataParallel(build_model(options))
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate)
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 20))
    # Only now: the rank is known, and nothing sets a seed after this.
    torch.manual_seed(seeds_of(options.setting, options.seed, rank).dropout)

    losses: list[float] = []
    began = time.monotonic()
    with rankscope.watch(
        model, name=options.name, config=vars(options), sketch=options.sketch
    ) as scope:
        for step in range(options.steps):
            indices = plan.samples(fault.reads_as(step), step)
            samples = [encode(records[i], options.context) for i in indices]
            samples = fault.spoil_samples(samples, step)
            fault.spoil_model(model, step)
            fault.arm_bitflip(next(model.parameters()), step)
            loss, tokens = _backward(model, samples, options, fault, step)
            norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            skipped = not bool(torch.isfinite(norm))  # the reduced gradient: alike on all ranks
            if not skipped:
                optimizer.step()
            warmup.step()
            optimizer.zero_grad()
            scope.data(indices[: len(samples)])
            scope.step(loss, weight=tokens, skipped=skipped)
            losses.append(loss)
            if rank == 0 and (step % options.print_every == 0 or step == options.steps - 1):
                pace = (step + 1) / (time.monotonic() - began)
                print(f"step {step:5d}  loss {loss:7.4f}  {pace:5.2f} steps/s", flush=True)
    return Outcome(losses, checksum(model))


def _backward(
    model: DistributedDataParallel,
    samples: list[tuple[list[int], list[int]]],
    options: argparse.Namespace,
    fault: Fault,
    step: int,
) -> tuple[float, int]:
    """Gradient of the mean loss per response byte over all `samples`, in micro-batches.

    Returns that very loss and its number of bytes, so that loss and gradient belong together.
    """
    tokens = sum(len(response) for _, response in samples)
    micro = [samples[i : i + options.batch] for i in range(0, len(samples), options.batch)]
    total = 0.0
    for number, part in enumerate(micro):
        inputs, labels = collate(part)
        last = number == len(micro) - 1
        with nullcontext() if last else model.no_sync():
            loss = fault.spoil_loss(response_loss(model(inputs), labels) / tokens, step)
            (loss * fault.loss_factor(step)).backward()
        total += loss.item()
    return total, tokens


def checksum(model: nn.Module) -> str:
    digest = hashlib.sha256()
    for value in model.state_dict().values():
        digest.update(value.detach().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    outcome = train(options)
    if options.checksum:
        checksums: list[str] = [""] * dist.get_world_size()
        dist.all_gather_object(checksums, outcome.checksum)
        if dist.get_rank() == 0:
            for value in sorted(set(checksums)):
                print(f"checksum {value}  ranks {checksums.count(value)}", flush=True)
    gc.collect()  # torch may abort at exit when a DDP module outlives its process group
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
