# SPDX-License-Identifier: Apache-2.0
"""Cost of the Python package: Scope.step(), and the emitter's share of a DDP step's CPU time.

    PYTHONPATH=build/release/python:emitter/examples:tests/integration/python \
        RANKSCOPE_BIN=build/release/bin OMP_NUM_THREADS=1 \
        build/venv/bin/python tests/bench/bench_python.py [--ranks 8] [--steps 12]

The share is CPU time, not wall time, so that it holds on a busy machine too: of the passes over
the gradients, on the threads that make them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rankscope
import rankscope._tap
import torch
from instructions import GeneratedRecords, collate, encode
from model import ByteModel, ModelSize, response_loss
from rankscope._native import Emitter, Identity, Segment
from support import Recorder, run_ranks, watch_connected
from torch.nn.parallel import DistributedDataParallel

SIZE = ModelSize(width=384, layers=6, context=96)  # about 10 million parameters


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(len(ordered) * q)] for q in (0.5, 0.99))
    return f"p50 {p50 * 1e6:.2f} us, p99 {p99 * 1e6:.2f} us"


def time_step(before: Callable[[], object], scope: rankscope.Scope, count: int) -> list[float]:
    seconds = []
    for _ in range(count):
        before()
        began = time.perf_counter()
        scope.step(1.25, weight=512)
        seconds.append(time.perf_counter() - began)
    return seconds


def bench_step(endpoint: str) -> None:
    with watch_connected(torch.nn.Linear(2, 2), endpoint) as scope:
        times = time_step(lambda: None, scope, 20_000)
        print(f"step(), loss and weight: {percentiles(times)}")
    identity = Identity(0, 1, 1, sketch_size=4096, group_names=["all"], group_sizes=[4096])
    emitter = Emitter(identity)
    emitter.open(endpoint, None)
    scope = rankscope.Scope(emitter)
    gradient = torch.randn(4096)
    segments = (Segment * 1)(Segment(key=1, count=4096))

    def read_gradient() -> None:
        scope._recording.emitter.gradient(gradient.data_ptr(), 0, segments, None)

    times = time_step(read_gradient, scope, 1_000)  # as many as the ring holds, unsent
    print(f"step(), with a sketch of 4,096 numbers: {percentiles(times)}")
    scope.close()


def _work(rank: int, world: int, endpoint: str, steps: int, exact: bool, out: Path) -> None:
    rankscope._tap.perf_counter = time.thread_time  # CPU time of the passes
    torch.manual_seed(0)
    model = DistributedDataParallel(ByteModel(SIZE))
    scope = watch_connected(model, endpoint, exact=exact)
    records = GeneratedRecords(1000, 0)
    shares: list[float] = []
    step_seconds: list[float] = []
    for step in range(steps):
        cpu = time.process_time()
        picked = [records[(step * world + rank) * 4 % 996 + i] for i in range(4)]
        inputs, labels = collate([encode(record, SIZE.context) for record in picked])
        loss = response_loss(model(inputs), labels) / 100
        loss.backward()
        model.zero_grad()
        began = time.perf_counter()
        value = loss.item()
        scope.step(value, weight=100)
        step_seconds.append(time.perf_counter() - began)
        passes = scope._recording.tap.take_seconds()
        shares.append(passes / (time.process_time() - cpu))
    skip = 2  # the first step has other buckets
    result = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "share": statistics.median(shares[skip:]),
        "step": statistics.median(step_seconds[skip:]),
    }
    (out / f"{rank}.json").write_text(json.dumps(result))
    scope.close()


def bench_share(ranks: int, steps: int, exact: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recorder = Recorder(folder / "run.rankscope")
        try:
            run_ranks(ranks, _work, recorder.endpoint, steps, exact, folder, store=folder / "store")
        finally:
            recorder.stop()
        results = [json.loads((folder / f"{rank}.json").read_text()) for rank in range(ranks)]
    share = statistics.median(result["share"] for result in results)
    step = statistics.median(result["step"] for result in results)
    print(
        f"{ranks} ranks, {results[0]['parameters'] / 1e6:.1f} M parameters, "
        f"{'norm, sketch and exact dots' if exact else 'norm and sketch'}: "
        f"{share:.2%} of a step's CPU time; step() after a backward {step * 1e6:.1f} us",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", type=int, default=8)
    parser.add_argument("--steps", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        recorder = Recorder(Path(name) / "run.rankscope")
        bench_step(recorder.endpoint)
        recorder.stop()
    for exact in (False, True):
        bench_share(options.ranks, options.steps, exact)


if __name__ == "__main__":
    main()
