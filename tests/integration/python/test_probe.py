# SPDX-License-Identifier: Apache-2.0
"""Whether a recorder is there, and whose: asked in bounded time, whoever listens."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from rankscope import _probe
from support import Recorder

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
COMMAND = b"\x04\x01x"  # a frame that is no message: the next one may be
PATIENCE = 0.2
SERVED = 3.0  # seconds of a listener's life


def port_of(endpoint: str) -> int:
    return int(endpoint.rpartition(":")[2])


@contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that talks to whoever connects; its port."""

    def serve() -> None:
        with suppress(OSError):
            peer, _ = server.accept()
            with peer:
                talk(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_recorder_is_told_from_what_only_accepts(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    assert _probe.answers(recorder.endpoint)
    assert not _probe.answers(recorder.endpoint, keys=True)
    recorder.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, recorder.process.pid, os.WSTOPPED)
    began = time.monotonic()
    assert not _probe.answers(recorder.endpoint)
    assert time.monotonic() - began < 1
    recorder.stop()
    assert not _probe.answers(recorder.endpoint)


def without_end(peer: socket.socket) -> None:
    """Whole frames as fast as they are taken, and never an answer."""
    end = time.monotonic() + SERVED
    peer.sendall(GREETING)
    while time.monotonic() < end:
        peer.sendall(COMMAND * 1000)


def test_whoever_keeps_talking_gets_no_more_time() -> None:
    with serving(without_end) as port:
        began = time.monotonic()
        assert not _probe.answers(f"tcp://127.0.0.1:{port}", seconds=PATIENCE)
        assert time.monotonic() - began < SERVED / 3


def test_a_name_that_nobody_knows_takes_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def look_up(host: str, port: int, **options: int) -> list[object]:
        if options["flags"] & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        asked.set()
        time.sleep(SERVED)  # a name server that is gone
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(_probe.socket, "getaddrinfo", look_up)
    began = time.monotonic()
    assert not _probe.answers("tcp://node7:5757", seconds=PATIENCE)
    assert time.monotonic() - began < SERVED / 3
    assert asked.is_set()


def test_a_name_leads_to_a_recorder(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    assert _probe.answers(f"tcp://localhost:{port_of(recorder.endpoint)}", seconds=5)
    recorder.stop()


def test_a_listener_of_ours(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "run.rankscope")
    port = port_of(recorder.endpoint)
    assert _probe.belongs_to_us(port)
    recorder.stop()
    assert not _probe.belongs_to_us(port), "nobody listens"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_listener_of_anothers(
    family: socket.AddressFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a test cannot be somebody else, what it asks for is: the one who asks."""
    dual = family == socket.AF_INET6
    if dual and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with socket.create_server(("", 0), family=family, dualstack_ipv6=dual) as server:
        port = server.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))):
            assert _probe.belongs_to_us(port)
            monkeypatch.setattr(_probe.os, "getuid", lambda: os.geteuid() + 1)
            assert not _probe.belongs_to_us(port)


def test_what_cannot_be_told_is_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        without_ipv6 = (_probe.TABLES[0], tmp_path / "gone")
        monkeypatch.setattr(_probe, "TABLES", without_ipv6)
        assert _probe.belongs_to_us(port)
        monkeypatch.setattr(_probe, "TABLES", without_ipv6[::-1])
        assert not _probe.belongs_to_us(port)
