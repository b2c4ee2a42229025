# SPDX-License-Identifier: Apache-2.0
"""Who this process is: what the launcher's environment says."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Mapping
from pathlib import Path

SLURM_MAX_STEP = 0xFFFFFFF0  # from here on: the batch script, salloc's shell and the like


def rank_and_world(environment: Mapping[str, str]) -> tuple[int, int]:
    """From torchrun's variables, else those of Slurm's step, else the only rank."""
    names = [("RANK", "WORLD_SIZE")]
    if _step(environment):  # else PROCID is the script's, and NTASKS what steps may have
        names.append(("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"))
    for rank, world in names:
        found = _number(environment, rank), _number(environment, world)
        if found[0] is not None and found[1] is not None and found[0] < found[1]:
            return found[0], found[1]
    return 0, 1


def run_id(environment: Mapping[str, str]) -> str:
    """Empty when nobody named the run: the recorder takes the rank into its own.

    A step of Slurm's names what srun started itself: the training, or torchrun. What a shell starts
    in there may be one of several trainings.
    """
    if run := environment.get("RANKSCOPE_RUN"):
        return run
    run = environment.get("TORCHELASTIC_RUN_ID", "none")
    if run not in ("", "none"):  # "none" is torchrun's default
        return run
    task = _task(environment)
    return _step(environment) if task and task in (os.getpid(), _agent(environment)) else ""


def generation(environment: Mapping[str, str]) -> int:
    """Counts the elastic restarts."""
    return _number(environment, "TORCHELASTIC_RESTART_COUNT") or 0


def spans_nodes(environment: Mapping[str, str]) -> bool:
    """Whether ranks run on other machines too, as far as the launcher says."""
    here, world = _number(environment, "LOCAL_WORLD_SIZE"), _number(environment, "WORLD_SIZE")
    if here is not None and world is not None:  # torchrun's, also inside a Slurm job
        return world > here
    return bool(_step(environment)) and (_number(environment, "SLURM_STEP_NUM_NODES") or 1) > 1


def launcher(environment: Mapping[str, str]) -> int:
    """Process that outlives this rank and its restarts: the launcher's, else this one."""
    if _task(environment) == os.getpid():  # srun's, by the node's daemon
        return os.getppid() or os.getpid()  # 0: of a container's outside
    return _agent(environment) or os.getpid()


def launch_id(environment: Mapping[str, str]) -> str:
    """Names this launch when nobody named the run: the same after an elastic restart, and no
    other launch's."""
    pid = launcher(environment)
    born = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return hashlib.blake2b(f"{boot_id()} {pid} {born}".encode(), digest_size=4).hexdigest()


def loopback_id() -> str:
    """Equal for processes that reach each other over loopback: same boot, same network."""
    return f"{boot_id()} {os.stat('/proc/self/ns/net').st_ino}"


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def reachable_name(environment: Mapping[str, str]) -> str:
    """How other nodes call this one: by its address towards the rendezvous, which they reach."""
    master = environment.get("MASTER_ADDR", "")
    if not master or master == "localhost" or master.startswith("127."):
        return socket.gethostname()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((master, 9))  # sends nothing
            address: str = probe.getsockname()[0]
    except OSError:
        return socket.gethostname()
    # The rendezvous is here, and its name leads to loopback here alone (Debian's /etc/hosts).
    return master if address.startswith("127.") else address


def _step(environment: Mapping[str, str]) -> str:
    """JOB.STEP of Slurm in which this process runs; empty when it is in none."""
    job, step = environment.get("SLURM_JOB_ID"), _number(environment, "SLURM_STEP_ID")
    return f"{job}.{step}" if job and step is not None and step < SLURM_MAX_STEP else ""


def _task(environment: Mapping[str, str]) -> int | None:
    """The process that srun started in this node's place of the step."""
    return _number(environment, "SLURM_TASK_PID") if _step(environment) else None


def _agent(environment: Mapping[str, str]) -> int | None:
    """torchrun's process, when it started this one."""
    return os.getppid() or None if "TORCHELASTIC_RUN_ID" in environment else None


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
