# SPDX-License-Identifier: Apache-2.0
"""Parts of the package by themselves."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from rankscope import _launch, _overhead, _sessions
from rankscope._layout import MAX_GROUPS, Layout
from torch import nn

# What srun gives to a task, sbatch to a script, and salloc to a shell.
STEP = {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "2", "SLURM_STEP_NUM_TASKS": "6"}
BATCH = {"SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_NTASKS": "8"}
SHELL = {**BATCH, "SLURM_STEP_ID": str(0xFFFFFFFA), "SLURM_STEP_NUM_TASKS": "1"}
TASK = {**STEP, "SLURM_TASK_PID": str(os.getpid())}
TORCHRUN = {"TORCHELASTIC_RUN_ID": "none"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (0, 1)),
        ({"RANK": "3", "WORLD_SIZE": "8"}, (3, 8)),
        ({**STEP, "SLURM_PROCID": "5"}, (5, 6)),
        ({**STEP, "SLURM_PROCID": "5", "RANK": "3", "WORLD_SIZE": "8"}, (3, 8)),
        (BATCH, (0, 1)),
        (SHELL, (0, 1)),
        ({**SHELL, "SLURM_STEP_NUM_TASKS": "8"}, (0, 1)),
        ({"RANK": "3"}, (0, 1)),
        ({"RANK": "8", "WORLD_SIZE": "8"}, (0, 1)),
        ({"RANK": "x", "WORLD_SIZE": "8"}, (0, 1)),
    ],
)
def test_rank_and_world(environment: dict[str, str], expected: tuple[int, int]) -> None:
    assert _launch.rank_and_world(environment) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        (TORCHRUN, ""),
        (TASK, "7.2"),
        ({**STEP, **TORCHRUN, "SLURM_TASK_PID": str(os.getppid())}, "7.2"),
        ({**TASK, "TORCHELASTIC_RUN_ID": "abc"}, "abc"),
        (STEP, ""),
        ({**STEP, **TORCHRUN}, ""),
        ({**STEP, "SLURM_TASK_PID": str(os.getppid())}, ""),  # a shell's, say
        ({**STEP, **TORCHRUN, "SLURM_TASK_PID": "1"}, ""),
        (BATCH, ""),
        ({**BATCH, **TORCHRUN, "SLURM_TASK_PID": str(os.getppid())}, ""),
        ({**SHELL, "SLURM_TASK_PID": str(os.getpid())}, ""),
        ({**TASK, "SLURM_STEP_ID": "batch"}, ""),
        ({"RANKSCOPE_RUN": "mine", "TORCHELASTIC_RUN_ID": "abc"}, "mine"),
    ],
)
def test_run_id(environment: dict[str, str], expected: str) -> None:
    assert _launch.run_id(environment) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "8"}, False),
        ({"WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "4"}, True),
        ({**STEP, "SLURM_STEP_NUM_NODES": "2"}, True),
        ({**BATCH, "SLURM_STEP_NUM_NODES": "2"}, False),
        ({**STEP, "SLURM_STEP_NUM_NODES": "2", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "4"}, False),
    ],
)
def test_spans_nodes(environment: dict[str, str], expected: bool) -> None:
    assert _launch.spans_nodes(environment) == expected


def test_a_launch_is_known_by_its_launcher() -> None:
    own, parents = _launch.launch_id({}), _launch.launch_id({"TORCHELASTIC_RUN_ID": "none"})
    assert own == _launch.launch_id({"RANK": "0"})
    assert own != parents
    assert _launch.launcher({}) == os.getpid()
    assert _launch.launcher(TASK) == os.getppid()
    assert _launch.launcher({**BATCH, "SLURM_TASK_PID": str(os.getppid())}) == os.getpid()


def test_reachable_name() -> None:
    for here in ("", "localhost", "127.0.0.1"):
        assert _launch.reachable_name({"MASTER_ADDR": here}) == socket.gethostname()
    own = _launch.reachable_name({"MASTER_ADDR": "192.0.2.1"})  # nothing is sent there
    assert own == socket.gethostname() or not own.startswith("127.")


def test_a_session_is_found_by_its_run(tmp_path: Path) -> None:
    a = tmp_path / "train-20260102-030405-a.rankscope"
    for name in (a.name, "b-20260101-000000-a.rankscope", "train-20270101-000000-b-a.rankscope"):
        (tmp_path / name).touch()
    assert _sessions.newest(tmp_path, "a") == a
    assert _sessions.newest(tmp_path, "c") is None
    fresh = _sessions.fresh(tmp_path, "my run/1", "a")
    assert fresh.name.startswith("my_run_1-2")
    assert _sessions.newest(tmp_path, "a") == a
    fresh.touch()
    assert _sessions.fresh(tmp_path, "my run/1", "a") != fresh
    assert _sessions.newest(tmp_path, "a") == fresh


def test_a_run_with_a_date_in_its_name_is_not_anothers(tmp_path: Path) -> None:
    dated = _sessions.fresh(tmp_path, "train", _sessions.key_of("x-20260102-030405-a"))
    dated.touch()
    assert _sessions.newest(tmp_path, _sessions.key_of("a")) is None


def test_keys_of_runs_differ() -> None:
    runs = ["a", "a/b", "a_b", "a b", "x" * 24, "x" * 25, "x" * 26, "1234.0", ".."]
    keys = [_sessions.key_of(run) for run in runs]
    assert len(set(keys)) == len(runs)
    assert keys[0] == "a"
    assert all("/" not in key and len(key) <= 24 for key in keys)
    hashed = _sessions.key_of("a/b")
    places = [(nth, part) for nth in (1, 2, 12) for part in (0, 1, 2)]
    taken = {_sessions.key_of(run, *place) for run in ("exp", "a/b") for place in places}
    assert len(taken) == 2 * len(places)
    for key in {*taken, hashed, "exp-2", "exp-m2", "exp-r1", "exp-2-r1", "exp_m2"} - {"exp"}:
        assert _sessions.key_of(key) not in taken, "of a run that is called so"


def test_groups_are_as_deep_as_fits() -> None:
    small = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)))
    layout = Layout(small.named_parameters())
    assert layout.group_names == ["0", "1.0", "1.1"]
    assert layout.group_sizes == [6, 6, 6]
    large = nn.Sequential(*(nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)) for _ in range(40)))
    layout = Layout(large.named_parameters())
    assert layout.group_names == [str(i) for i in range(40)]
    assert layout.elements == 160
    many = nn.Sequential(*(nn.Linear(1, 1) for _ in range(MAX_GROUPS + 1)))
    assert Layout(many.named_parameters()).group_names == ["model"]


def test_keys_do_not_depend_on_the_wrapper() -> None:
    bare = nn.Sequential(nn.Linear(2, 2))
    wrapped = [(f"module.{name}", p) for name, p in bare.named_parameters()]
    a, b = Layout(bare.named_parameters()), Layout(wrapped)
    for parameter in bare.parameters():
        assert a.find(parameter) == b.find(parameter)
    frozen = next(bare.parameters()).requires_grad_(False)
    with pytest.raises(KeyError):
        Layout(bare.named_parameters()).find(frozen)


def test_sampling_holds_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of one second whose passes cost 0.1 s: at 1 % every 16th may be measured."""
    now = [0.0]
    monkeypatch.setattr(_overhead.time, "perf_counter", lambda: now[0])
    sampling = _overhead.Sampling(0.01)
    measured, wanted = [], True
    for step in range(400):
        if wanted:
            measured.append(step)
        now[0] += 1.0
        wanted = sampling.end_step(0.1 if wanted else 0.0)
    late = [step for step in measured if step >= 100]
    assert all(step % 16 == 0 for step in late), "ranks with another interval share these steps"
    assert len(late) * 0.1 <= 0.01 * 300
