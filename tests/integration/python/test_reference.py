# SPDX-License-Identifier: Apache-2.0
"""What is recorded of real DDP ranks, against full gradients gathered in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
from cases import CASES, OPPOSITE, SPOILT_STEP, Case
from conftest import WorldRun
from rankscope._native import LOSSY_REDUCE
from support import cosine, metrics, number

COSINE_TOLERANCE = {"float32": 1e-5, "float64": 1e-5, "bfloat16": 3e-4, "float16": 3e-5}
BY_NAME = {case.name: case for case in CASES}
HEALTHY = [case for case in CASES if case.name not in ("zero", "nan", "sketch-only")]


def leave_one_out(gram: np.ndarray, rank: int) -> float:
    """cos(g_i, sum of the others) from the Gram matrix."""
    others = np.delete(np.arange(len(gram)), rank)
    dot = gram[rank, others].sum()
    return float(dot / math.sqrt(gram[rank, rank] * gram[np.ix_(others, others)].sum()))


def norm_weighted_mean(gram: np.ndarray) -> float:
    """Mean pairwise cosine, each pair weighted by the product of its norms."""
    norms = np.sqrt(np.diag(gram))
    return float((gram.sum() - np.trace(gram)) / (norms.sum() ** 2 - np.trace(gram)))


def cosines(gram: np.ndarray) -> np.ndarray:
    norms = np.sqrt(np.diag(gram))
    return gram / np.outer(norms, norms)


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case.name)
def test_scalars(world_run: WorldRun, case: Case) -> None:
    reference = world_run.reference(case.name)
    per_step = metrics(world_run.session(case.name))
    per_rank = metrics(world_run.session(case.name), "--per-rank")
    world = world_run.world
    assert [int(row["step"]) for row in per_step] == list(range(case.steps))
    assert len(per_rank) == case.steps * world
    for step, row in enumerate(per_step):
        losses = reference["loss"][step]
        norms = np.sqrt(np.diag(reference["gram"][step]))
        spread = 1e-6 * abs(losses).max()  # of what a difference of losses can be wrong by
        assert number(row["loss_std"]) == pytest.approx(
            losses.std(ddof=1), rel=1e-6, abs=spread * 1e-6
        )
        assert number(row["loss_range"]) == pytest.approx(
            np.ptp(losses), rel=1e-6, abs=spread * 1e-6
        )
        mean = np.average(losses, weights=reference["weight"][step])
        assert number(row["loss_mean"]) == pytest.approx(mean, rel=1e-6)
        exact = 1e-12 * norms.max() if case.spoilt == "identical" else 0
        assert number(row["grad_norm_std"]) == pytest.approx(norms.std(ddof=1), rel=1e-5, abs=exact)
    for row in per_rank:
        step, rank = int(row["step"]), int(row["rank"])
        norm = math.sqrt(reference["gram"][step][rank, rank])
        assert number(row["loss"]) == reference["loss"][step][rank]
        assert number(row["weight"]) == reference["weight"][step][rank]
        assert number(row["grad_norm"]) == pytest.approx(norm, rel=1e-5)


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case.name)
def test_exact_cosines(world_run: WorldRun, case: Case) -> None:
    gram = world_run.reference(case.name)["gram"]
    tolerance = COSINE_TOLERANCE[case.dtype]
    plain_differences, errors = [], []
    for step, row in enumerate(metrics(world_run.session(case.name))):
        assert row["cosine_source"] == "exact"
        errors.append(abs(number(row["cosine_mean"]) - norm_weighted_mean(gram[step])))
        assert errors[-1] <= tolerance
        pairs = cosines(gram[step])[np.triu_indices(world_run.world, 1)]
        plain_differences.append(abs(pairs.mean() - norm_weighted_mean(gram[step])))
    for row in metrics(world_run.session(case.name), "--per-rank"):
        step, rank = int(row["step"]), int(row["rank"])
        errors.append(abs(number(row["cosine_loo"]) - leave_one_out(gram[step], rank)))
        assert errors[-1] <= tolerance
    print(f"largest error of an exact cosine {max(errors):.1e}, allowed {tolerance:.0e}; ", end="")
    print(f"norm-weighted and plain mean differ by at most {max(plain_differences):.1e}")


def test_sketched_cosines(world_run: WorldRun) -> None:
    """Errors of all pairs and steps in units of their own standard deviation."""
    if world_run.world == 2:
        pytest.skip("two workers have an exact cosine")
    errors = []
    for name in ("plain", "sketch-only", "desynchronised", "bfloat16"):
        gram = world_run.reference(name)["gram"]
        for step in range(BY_NAME[name].steps):
            found = cosine(world_run.session(name), step)
            assert found["source"] == "sketch"
            assert found["ranks"] == list(range(world_run.world))
            pairs = np.triu_indices(world_run.world, 1)
            error = np.array(found["cosine"])[pairs] - cosines(gram[step])[pairs]
            errors.append(error / np.array(found["sd"])[pairs])
    deviations = np.abs(np.concatenate(errors))
    print(f"{deviations.size} pairs, rms {np.sqrt((deviations**2).mean()):.2f} sd")
    assert (deviations > 4).sum() <= math.ceil(deviations.size / 1000)
    assert deviations.max() < 6
    assert np.sqrt((deviations**2).mean()) > 0.5, "the stated error is far too large"


def test_sketch_only_has_no_exact_cosine(world_run: WorldRun) -> None:
    gram = world_run.reference("sketch-only")["gram"]
    for row in metrics(world_run.session("sketch-only"), "--per-rank"):
        step, rank = int(row["step"]), int(row["rank"])
        assert row["cosine_source"] == "sketch"
        error = number(row["cosine_loo"]) - leave_one_out(gram[step], rank)
        assert abs(error) < 6 * number(row["cosine_sd"])


def test_identical_ranks(world_run: WorldRun) -> None:
    for row in metrics(world_run.session("identical")):
        assert number(row["loss_std"]) == 0
        assert number(row["loss_range"]) == 0
        assert number(row["grad_norm_std"]) == 0
        assert number(row["cosine_mean"]) == pytest.approx(1, abs=1e-6)


def test_opposite_ranks(run_world) -> None:
    session = run_world(2).session(OPPOSITE.name)
    for row in metrics(session):
        assert number(row["cosine_mean"]) == pytest.approx(-1, abs=1e-6)
    for row in metrics(session, "--per-rank"):
        assert number(row["cosine_loo"]) == pytest.approx(-1, abs=1e-6)


def test_zero_gradient_is_undefined_for_its_rank_only(world_run: WorldRun) -> None:
    gram = world_run.reference("zero")["gram"][SPOILT_STEP]
    rows = metrics(
        world_run.session("zero"), "--per-rank", "--steps", f"{SPOILT_STEP}:{SPOILT_STEP + 1}"
    )
    for row in rows:
        rank = int(row["rank"])
        if rank == 1:
            assert number(row["grad_norm"]) == 0
            assert number(row["cosine_loo"]) is None
        elif world_run.world == 2:
            assert number(row["cosine_loo"]) is None  # nobody else has a direction
        else:
            expected = leave_one_out(gram, rank)
            assert number(row["cosine_loo"]) == pytest.approx(expected, abs=1e-5)


def test_nan_is_undefined_for_its_rank_only(world_run: WorldRun) -> None:
    reference = world_run.reference("nan")
    gram = reference["gram"][SPOILT_STEP]
    finite = [rank for rank in range(world_run.world) if rank != 1]
    among_finite = gram[np.ix_(finite, finite)]
    steps = f"{SPOILT_STEP}:{SPOILT_STEP + 1}"
    rows = metrics(world_run.session("nan"), "--per-rank", "--steps", steps)
    for row in rows:
        rank = int(row["rank"])
        if rank == 1:
            assert math.isnan(number(row["loss"]))
            assert int(row["nonfinite"]) > 0
            assert number(row["cosine_loo"]) is None
            continue
        assert int(row["nonfinite"]) == 0
        assert number(row["grad_norm"]) == pytest.approx(math.sqrt(gram[rank, rank]), rel=1e-5)
        if world_run.world > 2:
            expected = leave_one_out(among_finite, finite.index(rank))
            assert row["cosine_source"] == "sketch"
            assert abs(number(row["cosine_loo"]) - expected) < 6 * number(row["cosine_sd"])
    (row,) = metrics(world_run.session("nan"), "--steps", steps)
    if world_run.world > 2:
        losses = reference["loss"][SPOILT_STEP][finite]
        assert number(row["loss_std"]) == pytest.approx(losses.std(ddof=1), rel=1e-6)
    after = metrics(world_run.session("nan"), "--steps", f"{SPOILT_STEP + 1}:")
    assert {row["cosine_source"] for row in after} == {"exact"}


def test_weights_are_bit_identical_with_and_without(world_run: WorldRun) -> None:
    for name, ranks in world_run.weights().items():
        for rank, (without, with_emitter) in enumerate(ranks):
            assert without == with_emitter, (name, rank)


@pytest.mark.parametrize("name", ["joined", "joined-few"])
def test_a_mean_over_fewer_ranks_is_marked(world_run: WorldRun, name: str) -> None:
    """Rank r has data for 3 + 2 r steps."""
    rows = metrics(world_run.session(name), "--per-rank")
    assert len(rows) == sum(3 + 2 * rank for rank in range(world_run.world))
    for row in rows:
        fewer = name == "joined-few" and int(row["step"]) >= 3
        assert int(row["flags"]) == (LOSSY_REDUCE if fewer else 0), row
        assert number(row["grad_norm"]) > 0
