# SPDX-License-Identifier: Apache-2.0
"""Who this process is: what the launcher's environment says."""

from __future__ import annotations

from collections.abc import Mapping


def rank_and_world(environment: Mapping[str, str]) -> tuple[int, int]:
    """From torchrun's variables, else Slurm's, else the only rank."""
    for rank, world in (("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS")):
        found = _number(environment, rank), _number(environment, world)
        if found[0] is not None and found[1] is not None and found[0] < found[1]:
            return found[0], found[1]
    return 0, 1


def run_id(environment: Mapping[str, str]) -> str:
    """Empty when nobody named the run: the recorder takes the rank into its own."""
    if run := environment.get("RANKSCOPE_RUN"):
        return run
    run = environment.get("TORCHELASTIC_RUN_ID", "none")
    if run not in ("", "none"):  # "none" is torchrun's default
        return run
    if job := environment.get("SLURM_JOB_ID"):
        return f"{job}.{environment.get('SLURM_STEP_ID', '0')}"
    return ""


def generation(environment: Mapping[str, str]) -> int:
    """Counts the elastic restarts."""
    return _number(environment, "TORCHELASTIC_RESTART_COUNT") or 0


def disabled(environment: Mapping[str, str]) -> bool:
    return _is_set(environment, "RANKSCOPE_DISABLE")


def in_process(environment: Mapping[str, str]) -> bool:
    """Whether the sender is to be a thread of the rank instead of a process of its own."""
    return _is_set(environment, "RANKSCOPE_IN_PROCESS")


def _is_set(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "") not in ("", "0")


def _number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None
