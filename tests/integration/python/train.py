# SPDX-License-Identifier: Apache-2.0
"""A training run as a user starts it, with torchrun and no word about a recorder."""

from __future__ import annotations

import argparse
import gc
import os
import time
from pathlib import Path

import rankscope
import torch
import torch.distributed as dist
from rankscope import _meeting, _recorder
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--marks", type=Path, help="a file per rank is left here after --mark-at")
    parser.add_argument("--mark-at", type=int, default=5)
    parser.add_argument("--die-at", type=int, help="rank 1's last step, the first time")
    parser.add_argument("--late", action="store_true", help="rank 0 watches when rank 1 has begun")
    options = parser.parse_args()
    # Somebody may be listening where this machine's user would.
    _recorder.DEFAULT_PORT = 1
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    model = DistributedDataParallel(torch.nn.Linear(4, 2))
    rank, generation = dist.get_rank(), int(os.environ["TORCHELASTIC_RESTART_COUNT"])
    others_began = options.marks and options.marks / "began-1"
    if options.late:
        _meeting.WAIT_SECONDS = 0.05
        while rank == 0 and not others_began.exists():
            time.sleep(0.01)
    began = time.perf_counter()
    scope = rankscope.watch(model)
    print(f"watched {time.perf_counter() - began:.4f}", flush=True)
    if options.late and rank == 1:
        others_began.touch()
    # Its children are forked with the scope inside.
    for step, batch in enumerate(DataLoader(torch.ones(4 * options.steps, 4), 4, num_workers=1)):
        loss = model(batch).square().mean() + rank
        loss.backward()
        model.zero_grad()
        scope.step(loss, weight=4)
        if step == options.die_at and rank == 1 and generation == 0:
            os._exit(3)
        if options.marks and step == options.mark_at:
            (options.marks / f"{generation}-{rank}").touch()
    scope.close()
    del model
    gc.collect()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
