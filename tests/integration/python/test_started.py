# SPDX-License-Identifier: Apache-2.0
"""The recorder that watch() starts: one session per run, whatever happens to the run, and nothing
left behind."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import rankscope
from net import make_net
from rankscope import _launch, _meeting, _probe, _recorder
from support import COMMAND, Recorder, metrics, rankscope_command, wait_until
from torch import float32

TORCHRUN = Path(sys.executable).with_name("torchrun")
SCRIPT = Path(__file__).with_name("train.py")
JOB = "RANKSCOPE_TEST_JOB"  # an environment variable that all of a job's processes have
WITHIN = 30  # seconds until a recorder is gone: ranks without a goodbye are waited for half of that


class Job:
    """torchrun in a folder of its own."""

    def __init__(self, folder: Path, *script: str, ranks: int = 2, torchrun: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        # Sharing the agent's store, torch's own Gloo reads the addresses of ranks that are gone.
        environment = {**os.environ, "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
        for name in ("RANKSCOPE_ENDPOINT", "RANKSCOPE_DIR", "RANKSCOPE_RUN"):
            environment.pop(name, None)
        environment[JOB] = str(folder)
        arguments = ["--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0"]
        if torchrun:
            arguments = torchrun.split()
        self.log = folder / f"torchrun-{len(list(folder.iterdir()))}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [TORCHRUN, *arguments, "--nproc-per-node", str(ranks), SCRIPT, *script],
                cwd=folder,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def wait(self) -> str:
        """Until it has ended well; returns what it said."""
        said = f"{self.process.wait(120)}: {self.log.read_text()}"
        assert said.startswith("0: "), said
        return said


def processes() -> Iterator[tuple[int, list[str], str]]:
    """Number, command line and folder of every process of a job."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it is gone
            words = (process / "cmdline").read_text().split("\0")
            environment = (process / "environ").read_bytes().split(b"\0")
            for entry in environment:
                if entry.startswith(JOB.encode() + b"="):
                    yield int(process.name), words, entry.decode().partition("=")[2]


def recorders_of(folder: Path) -> list[int]:
    return [n for n, words, place in processes() if place == str(folder) and "record" in words]


def kill_job(folder: Path) -> None:
    """All but the recorder, in one instant as far as they can tell."""
    doomed = [
        n for n, words, place in processes() if place == str(folder) and "record" not in words
    ]
    for sign in (signal.SIGSTOP, signal.SIGKILL):
        for number in doomed:
            with suppress(ProcessLookupError):
                os.kill(number, sign)


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path) -> Iterator[None]:
    """Not even of a test that failed."""
    yield
    for number, _, place in processes():
        if Path(place).is_relative_to(tmp_path):
            os.kill(number, signal.SIGKILL)


def sessions(folder: Path) -> list[Path]:
    """The sessions of jobs that are over, each checked; fails when a recorder stays."""
    wait_until(lambda: not recorders_of(folder), WITHIN)
    files = sorted((folder / "rankscope").glob("*.rankscope"))
    for file in files:
        rankscope_command("verify", file)
    left = {path.suffix for path in (folder / "rankscope").iterdir()}
    assert left == {".rankscope", ".log"}, "nothing unfinished"
    return files


def info(file: Path) -> dict[str, Any]:
    return json.loads(rankscope_command("info", file, "--json"))


def recorded(file: Path) -> list[tuple[int, int]]:
    return [(int(row["step"]), int(row["rank"])) for row in metrics(file, "--per-rank")]


def complete(steps: int, ranks: int) -> list[tuple[int, int]]:
    return [(step, rank) for step in range(steps) for rank in range(ranks)]


def test_each_run_has_its_session(tmp_path: Path) -> None:
    jobs = [Job(tmp_path), Job(tmp_path)]
    said = [job.wait() for job in jobs]
    files = sessions(tmp_path)
    assert len(files) == 2
    for file in files:
        assert recorded(file) == complete(20, 2)
        (text,) = [one for one in said if f"rankscope: recording into {file}\n" in one]
        assert text.count("rankscope: ") == 1, "once, and nothing else"
        assert f"rankscope-gui {file}\n" in text
        assert re.search(r"ssh -N -L 5758:127.0.0.1:\d+ \S+@\S+\n", text)
        assert "rankscope-gui tcp://127.0.0.1:5758\n" in text


def test_an_elastic_restart_goes_on_in_the_session(tmp_path: Path) -> None:
    Job(tmp_path, "--die-at", "7", torchrun="--max-restarts 1").wait()
    (file,) = sessions(tmp_path)
    assert [one["generation"] for one in info(file)["generations"]] == [0, 1]
    assert recorded(file) == complete(20, 2)


def test_a_run_that_is_ended(tmp_path: Path) -> None:
    """By Ctrl+C, and by killing every rank right at its start."""
    interrupted, killed = tmp_path / "interrupted", tmp_path / "killed"
    endless = ["--steps", "1000000", "--marks"]
    job = Job(interrupted, *endless, str(interrupted))
    other = Job(killed, *endless, str(killed), "--mark-at", "0")
    wait_until(lambda: (killed / "0-0").exists())
    kill_job(killed)
    wait_until(lambda: (interrupted / "0-0").exists() and (interrupted / "0-1").exists())
    os.killpg(job.process.pid, signal.SIGINT)
    assert job.process.wait(60) != 0
    assert other.process.wait(60) != 0
    for folder, steps in (interrupted, 5), (killed, 0):
        (file,) = sessions(folder)
        found = recorded(file)
        last = max((step for step, _ in found), default=0)
        assert last >= steps
        assert set(complete(last, 2)) <= set(found), "ranks are at most a step apart"


def test_a_rank_that_learns_the_address_late_misses_no_step(tmp_path: Path) -> None:
    text = Job(tmp_path, "--late", "--marks", str(tmp_path), "--steps", "200").wait()
    assert text.count("rank 0 has not told yet") == 1
    (file,) = sessions(tmp_path)
    rows = [row for row in metrics(file, "--per-rank") if row["rank"] == "1"]
    assert [int(row["step"]) for row in rows] == list(range(200))
    assert all(float(row["loss"]) > 1 for row in rows)
    assert rows[-1]["grad_norm"] != ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_two_nodes_need_keys(tmp_path: Path) -> None:
    """Two agents, each with a rank: as on two machines, but that they share the disk."""
    options = f"--nnodes 2 --rdzv-backend c10d --rdzv-endpoint {socket.gethostname()}:{free_port()}"
    jobs = [Job(tmp_path / name, ranks=1, torchrun=options) for name in ("one", "two")]
    for job in jobs:
        job.wait()
    (first,) = [job.folder for job in jobs if (job.folder / "rankscope").exists()]
    wait_until(lambda: not recorders_of(first), WITHIN)
    (file,) = (first / "rankscope").glob("*.rankscope")
    assert recorded(file) == complete(20, 2)
    connection, view = (file.with_suffix(s) for s in (".connection.json", ".view.json"))
    keys, fewer = (json.loads(path.read_text()) for path in (connection, view))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (connection, view))
    assert fewer["view"] == keys["view"]
    assert fewer["view_endpoint"].startswith("tcp://127.0.0.1:")
    assert all(keys[whose]["secret"] not in view.read_text() for whose in ("server", "emit"))
    assert "listening tcp://0.0.0.0:" in file.with_suffix(".log").read_text()


def test_the_recorder_is_not_the_jobs_child(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_JOB", "1")
    monkeypatch.setenv("LD_PRELOAD", "/nowhere.so")
    with rankscope.watch(make_net(float32)) as scope:
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        (recorder,) = recorders_of(alone)
        scope.step(1.0)
        fields = Path(f"/proc/{recorder}/stat").read_text().rpartition(")")[2].split()
        parent, session = int(fields[1]), int(fields[3])
        assert parent != os.getpid()
        assert session == recorder
        environment = Path(f"/proc/{recorder}/environ").read_bytes().split(b"\0")
        names = {entry.partition(b"=")[0] for entry in environment}
        assert JOB.encode() in names
        assert not names & {b"SECRET_OF_THE_JOB", b"LD_PRELOAD"}
    (file,) = sessions(alone)
    assert recorded(file) == complete(1, 1)


def detached(folder: Path, *options: str) -> subprocess.Popen[str]:
    where = ["--listen", "tcp://127.0.0.1:0", "--out", folder / "a"]
    command = [COMMAND, "record", "--detach", *where, *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_a_detached_recorder_listens_when_the_command_ends(alone: Path) -> None:
    command = detached(alone, "--once", "--wait", "1000")
    assert command.wait(30) == 0
    line = command.stderr.readline()
    assert _probe.answers(line.removeprefix("listening ").strip(), seconds=5)
    (recorder,) = recorders_of(alone)
    os.kill(recorder, signal.SIGTERM)


def test_a_detached_recorder_that_fails_is_the_commands_failure(alone: Path) -> None:
    (alone / "a").mkdir()
    command = detached(alone)
    assert command.wait(30) == 1
    said = command.stderr.read()
    assert said.startswith("rankscope: ")
    assert said.count("\n") == 1
    assert recorders_of(alone) == []


def test_a_detached_recorder_that_nobody_waits_for_goes(alone: Path) -> None:
    while True:
        command = detached(alone)
        children = Path(f"/proc/{command.pid}/task/{command.pid}/children")
        recorder = 0
        while not recorder and command.poll() is None:
            recorder = int(children.read_text() or "0")
        if recorder:
            os.kill(recorder, signal.SIGSTOP)
        if command.poll() is None:
            break
        os.kill(recorders_of(alone)[0], signal.SIGKILL)  # it was faster
    command.kill()
    command.wait(30)
    os.kill(recorder, signal.SIGCONT)
    assert "has been ended" in command.stderr.read()  # to the end: the recorder's
    wait_until(lambda: recorders_of(alone) == [], WITHIN)


BATCH_SCRIPT = """
export SLURM_JOB_ID=777 SLURM_PROCID=0 SLURM_NTASKS=8 SLURM_TASK_PID=$$
"$@" 3
"$@" 4
exit
"""
TRAINING = """
import sys, torch, rankscope
from rankscope import _recorder
_recorder.DEFAULT_PORT = 1
with rankscope.watch(torch.nn.Linear(2, 2)) as scope:
    for step in range(int(sys.argv[1])):
        scope.step(0.5)
"""


def test_trainings_of_one_batch_script_are_apart(alone: Path) -> None:
    subprocess.run(
        ["sh", "-c", BATCH_SCRIPT, "sh", sys.executable, "-c", TRAINING], check=True, timeout=120
    )
    assert [recorded(file) for file in sessions(alone)] == [complete(3, 1), complete(4, 1)]


@pytest.fixture
def without_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_recorder, "_command", lambda: None)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This process as a job of one rank, in a folder of its own."""
    for name in list(os.environ):
        if name.startswith(("TORCHELASTIC", "SLURM", "RANKSCOPE_E", "RANKSCOPE_D", "RANKSCOPE_R")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(_recorder, "DEFAULT_PORT", free_port())
    monkeypatch.setattr(_meeting, "_meetings", type(_meeting._meetings)())
    monkeypatch.setenv(JOB, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    wait_until(lambda: not recorders_of(tmp_path), WITHIN)


def train(steps: int = 3, **options: Any) -> None:
    with rankscope.watch(make_net(float32), **options) as scope:
        for step in range(steps):
            scope.step(float(step))


def test_a_single_process_and_one_session_per_training(alone: Path) -> None:
    for name in ("first try", "second/try"):
        train(name=name)
    files = sessions(alone)
    assert [file.name.partition("-2")[0] for file in files] == ["first_try", "second_try"]
    assert all(recorded(file) == complete(3, 1) for file in files)


def test_a_run_with_a_name_is_continued(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANKSCOPE_DIR", str(alone / "rankscope"))
    for _ in range(2):
        _meeting._meetings.clear()  # as another process would
        train(run="llama/7b")
        wait_until(lambda: not recorders_of(alone), WITHIN)
    (file,) = sessions(alone)
    assert info(file)["run"] == "llama/7b"
    assert info(file)["records"] == 6


def test_one_that_listens_is_taken(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(alone / "desktop.rankscope")
    monkeypatch.setattr(_recorder, "DEFAULT_PORT", int(recorder.endpoint.rpartition(":")[2]))
    train()
    recorder.stop()
    assert recorded(recorder.file) == complete(3, 1)
    assert not (alone / "rankscope").exists()


def test_one_that_does_not_answer_is_not(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # the kernel accepts for it
        monkeypatch.setattr(_recorder, "DEFAULT_PORT", server.getsockname()[1])
        train()
    (file,) = sessions(alone)
    assert recorded(file) == complete(3, 1)


def test_another_users_is_not_even_spoken_to(
    alone: Path, monkeypatch: pytest.MonkeyPatch, without_command: None
) -> None:
    """Neither by the search for a recorder nor by a rank that is not recorded."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(_recorder, "DEFAULT_PORT", port)
        monkeypatch.setattr(_probe.os, "getuid", lambda: os.geteuid() + 1)
        with rankscope.watch(make_net(float32)) as scope:
            scope.step(1.0)
            assert not scope.enabled
        server.settimeout(0.5)
        peer, _ = server.accept()
        with peer:
            assert peer.recv(1) == b""
        with pytest.raises(TimeoutError):
            server.accept()


def test_without_the_command_nothing_is_said(
    alone: Path, without_command: None, capfd: pytest.CaptureFixture[str], caplog
) -> None:
    with caplog.at_level(logging.INFO, "rankscope"):
        train()
    assert [record.levelname for record in caplog.records if "command" in record.message] == [
        "INFO"
    ]
    assert capfd.readouterr().err == ""
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize(
    "trouble", ["no folder", "nothing may be written", "no recorder", "no size"]
)
def test_what_cannot_be_recorded_is_one_warning(
    alone: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    if trouble == "no folder":
        (alone / "file").touch()
        monkeypatch.setenv("RANKSCOPE_DIR", str(alone / "file" / "folder"))
    elif trouble == "nothing may be written":
        monkeypatch.setenv("RANKSCOPE_DIR", "/proc/self")  # not even root may
    elif trouble == "no recorder":
        monkeypatch.setattr(_recorder, "_command", lambda: "/bin/false")
    else:
        monkeypatch.setenv("RANKSCOPE_SKETCHES", "lots")
    with rankscope.watch(make_net(float32)) as scope:
        scope.step(1.0)
        assert not scope.enabled
    (warning,) = [
        one.message
        for one in caplog.records
        if one.levelname == "WARNING" and "DistributedDataParallel" not in one.message
    ]
    assert "not recorded" in warning
    told = {"no size": "lots", "no recorder": ""}.get(trouble, "RANKSCOPE_DIR")
    assert told in warning, "the recorder's own words, or what to do"


class Store(dict[str, str]):
    """A process group's, as far as rank 0 uses it."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


def told_by_rank_0() -> dict[str, Any]:
    store = Store()
    _meeting.Meeting(_meeting.Place(0, 2, 0, store), "a run", None)
    (notice,) = store.values()
    return json.loads(notice)


def test_rank_0_tells_though_its_stderr_is_closed(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert told_by_rank_0()["endpoint"].startswith("tcp://127.0.0.1:")
    os.kill(recorders_of(alone)[0], signal.SIGTERM)


def test_rank_0_tells_of_nobody_where_loopbacks_have_no_name(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_proc() -> str:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/proc")

    monkeypatch.setattr(_launch, "boot_id", without_proc)
    assert told_by_rank_0()["endpoint"] == ""
    assert recorders_of(alone) == [], "nobody waits for ranks"


UNHEARD = """
import sys, torch, rankscope
sys.stderr.close()
scope = rankscope.watch(torch.nn.Linear(2, 2), endpoint="nowhere://")
assert not scope.enabled
"""


def test_what_nobody_hears_does_not_end_the_training(alone: Path) -> None:
    subprocess.run([sys.executable, "-c", UNHEARD], check=True, timeout=120)


def test_ranks_that_cannot_agree_start_nothing(
    alone: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    train()
    assert "Call watch() after init_process_group()" in caplog.text
    assert list(alone.iterdir()) == []


def test_where_to_look(tmp_path: Path) -> None:
    file = tmp_path / "a.rankscope"
    recorder = _recorder.Recorder(
        "tcp://127.0.0.1:1",
        "run",
        None,
        file,
        "tcp://127.0.0.1:41235",
        None,
        ("rankscope: beware.",),
    )
    lines = _meeting._announcement(recorder, file).splitlines()
    assert lines[0] == f"rankscope: recording into {file}"
    assert lines[1].split()[-2:] == ["rankscope-gui", str(file)]
    assert " ssh -N -L 5758:127.0.0.1:41235 " in lines[2]
    assert lines[2].endswith(f"@{socket.gethostname()}")
    assert lines[3].split()[-2:] == ["rankscope-gui", "tcp://127.0.0.1:5758"]
    assert lines[4] == "rankscope: beware."


def test_disabled_starts_nothing(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANKSCOPE_DISABLE", "1")
    train()
    assert list(alone.iterdir()) == []
