# SPDX-License-Identifier: Apache-2.0
"""The recorder of a run that names none: one that listens already, or one that is started here.

In this order: a recorder at port 5757 (the desktop program's, say); the one that an earlier
generation of this very run started, when it still answers; a new one, which goes on with that
generation's session. It is a process of its own in every way (parent, session, standard streams,
descriptors, environment), and leaves when the run has ended.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _launch, _probe, _sessions
from ._log import log
from ._native import Keys

DEFAULT_PORT = 5757
START_SECONDS = 5.0  # a slow disk may take that long; as a rule it is some 20 ms
EARLIER_SECONDS = 1.0  # for a restarted run's own recorder: two of them cannot share a session
WAIT_FOR_RANKS_SECONDS = 120  # rank 0 comes at once, unless it is gone
# What of the job's environment it gets: neither the job's secrets nor what the job preloads.
INHERITED = {
    *("PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "TZ", "LANG"),
    *("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"),
}
INHERITED_PREFIXES = ("RANKSCOPE_", "LC_")


@dataclass(frozen=True)
class Recorder:
    endpoint: str
    run: str  # id that ranks are to bring
    keys: Keys | None = None
    session: Path | None = None  # when it was started for the user
    view: str | None = None  # endpoint on this machine
    view_file: Path | None = None  # what opens it, when keys are demanded
    notes: tuple[str, ...] = ()  # what it said when it started


def find_or_start(
    environment: Mapping[str, str], run: str, name: str | None, nth: int, part: int
) -> Recorder | None:
    """Where this run is recorded; None where the means to record are missing (logged).

    nth, part: tell apart the models that one process watches, and the process groups that watch
    one each. Raises OSError when files or processes cannot be made.
    """
    nodes = _launch.spans_nodes(environment)
    usual = f"tcp://127.0.0.1:{DEFAULT_PORT}"  # other nodes could not reach it
    if not nodes and _probe.answers(usual, ours=True):
        log.info("rankscope: recorded by the recorder at %s", usual)
        return Recorder(usual, run)
    command = _command()
    if command is None:
        log.info("rankscope: there is no `rankscope` command here, so no recorder is started")
        return None
    run = run or _launch.launch_id(environment)
    key = _sessions.key_of(run, nth, part)
    folder = _sessions.folder(environment)
    with _written_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _sessions.newest(folder, key)
    if earlier is not None and (found := _still_there(earlier, run, nodes)):
        return found
    for session in filter(None, (earlier, _sessions.fresh(folder, name, key))):
        try:
            return _start(command, session, run, nodes, environment)
        except RuntimeError as error:  # the earlier file may be damaged, or another node's
            if session is not earlier:
                raise
            log.warning("rankscope: %s is not continued: %s", session.name, error)
    return None


def _command() -> str | None:
    own = Path(__file__).with_name("bin") / "rankscope"
    return str(own) if os.access(own, os.X_OK) else shutil.which("rankscope")


def _start(
    command: str, session: Path, run: str, nodes: bool, environment: Mapping[str, str]
) -> Recorder:
    """Raises OSError, and RuntimeError with the recorder's own words when it does not listen."""
    arguments = [command, "record", "--detach", "--once", "--out", str(session)]
    arguments += ["--while", str(_launch.launcher(environment))]
    arguments += ["--wait", str(WAIT_FOR_RANKS_SECONDS)]
    if nodes:
        connection = str(session.with_suffix(".connection.json"))
        arguments += ["--listen", "tcp://0.0.0.0:0", "--connection", connection]
    else:
        arguments += ["--listen", "tcp://127.0.0.1:0"]
    with _written_to(session.parent):
        out = session.with_suffix(".log").open("ab")
    with out:
        begin = out.tell()
        # Only the recorder's parent, which ends when that one listens, is a child of the job's.
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            env={k: v for k, v in environment.items() if _is_inherited(k)},
            start_new_session=True,
        )
    code = _exit_code(process)
    if code is None:  # the recorder hears of it, and goes too
        process.kill()
        process.wait()
        raise RuntimeError(f"the recorder does not listen after {START_SECONDS:.0f} s")
    said = _said(session, begin)
    if code != 0 or "listening" not in said.places:
        raise RuntimeError(" ".join(said.notes) or f"it ends with {code}")
    return _recorder(said, session, run, nodes)


@contextmanager
def _written_to(folder: Path) -> Iterator[None]:
    """Has errors say what to do."""
    try:
        yield
    except OSError as error:
        raise OSError(
            f"no session can be kept in {folder}: {error.strerror or error}. "
            "Set RANKSCOPE_DIR to a folder that you may write to"
        ) from error


def _is_inherited(variable: str) -> bool:
    return variable in INHERITED or variable.startswith(INHERITED_PREFIXES)


def _exit_code(process: subprocess.Popen[bytes]) -> int | None:
    """None when it takes too long. Looks more often than Popen.wait() does."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.002)
    return process.returncode


def _still_there(session: Path, run: str, nodes: bool) -> Recorder | None:
    try:
        said = _said(session, 0)
    except FileNotFoundError:
        return None
    if "listening" not in said.places:
        return None
    here = f"tcp://127.0.0.1:{_port(said.places['listening'])}"
    said = _Said(said.places, ())  # the rest is old
    there = _probe.answers(here, keys=nodes, ours=True, seconds=EARLIER_SECONDS)
    return _recorder(said, session, run, nodes) if there else None


def _recorder(said: _Said, session: Path, run: str, nodes: bool) -> Recorder:
    endpoint, view = said.places["listening"], said.places.get("viewing")
    if not nodes:
        return Recorder(endpoint, run, None, session, view, None, said.notes)
    endpoint = f"tcp://{_launch.reachable_name(os.environ)}:{_port(endpoint)}"
    file = json.loads(session.with_suffix(".connection.json").read_text())
    keys = Keys(file["server"]["public"], file["emit"]["public"], file["emit"]["secret"])
    view_file = _view_file(file, session) if view else None
    return Recorder(endpoint, run, keys, session, view, view_file, said.notes)


def _view_file(connection: dict[str, Any], session: Path) -> Path:
    """The connection file without what looking does not need: this one is to be copied."""
    file = session.with_suffix(".view.json")
    server = {"public": connection["server"]["public"]}
    content = {key: value for key, value in connection.items() if key != "emit"}
    fresh = session.with_suffix(f".view.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({**content, "server": server}, out, indent=2)
    return fresh.replace(file)


@dataclass(frozen=True)
class _Said:
    """A recorder's log: the endpoints by what happens there, and its other lines."""

    places: dict[str, str]
    notes: tuple[str, ...]


def _said(session: Path, begin: int) -> _Said:
    with session.with_suffix(".log").open("rb") as log_file:
        log_file.seek(begin)
        text = log_file.read().decode(errors="replace")
    lines = text[: text.rfind("\n") + 1].splitlines()
    places, notes = {}, []
    for line in lines:
        what, _, where = line.partition(" ")
        if what in ("listening", "viewing"):
            places[what] = where.split()[0]
        else:
            notes.append(line)
    return _Said(places, tuple(notes))


def _port(endpoint: str) -> int:
    return int(endpoint.rpartition(":")[2])
