# SPDX-License-Identifier: Apache-2.0
"""Whether a recorder answers at an endpoint: by ZeroMQ's protocol (ZMTP 3.0), in bounded
time, and without ZeroMQ's threads in this process.

That a connection is accepted says nothing: the kernel does that for a recorder that hangs, and
`ssh -L` for one that isn't there. A recorder answers an empty message with an empty one
(PROTOCOL.md).
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

GREETING_BYTES = 64
SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
READY = b"\x05READY" + b"\x0bSocket-Type" + len(b"DEALER").to_bytes(4, "big") + b"DEALER"
EMPTY_MESSAGE = b"\x00\x00"
COMMAND = 4  # in a frame's flags; a message has neither this bit nor the next
LONG = 2  # its size takes eight bytes
# Who listens: a listener of IPv6's takes what comes for 127.0.0.1 too.
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENING = "0A"  # in there

Addresses = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]


def answers(endpoint: str, *, keys: bool = False, ours: bool = False, seconds: float = 0.1) -> bool:
    """Whether a recorder is there; of one that demands keys, that it greets as such.

    ours: of this machine's, only one of this user's; to another's nothing is said.
    """
    host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
    try:
        with _Connection(host, int(port), seconds) as peer:
            if ours:
                if not belongs_to_us(int(port)):
                    return False
                peer.limit(seconds)  # finding out took its time
            if keys:
                return peer.mechanism(own=b"CURVE") == b"CURVE"
            if peer.mechanism() != b"NULL":
                return False
            peer.send(b"\x04" + bytes([len(READY)]) + READY + EMPTY_MESSAGE)
            while True:
                flags, body = peer.frame()
                if not flags & COMMAND:
                    return body == b""
    except (OSError, ValueError, RuntimeError):  # the last: no thread to look a name up
        return False


def belongs_to_us(port: int) -> bool:
    """Whether all who listen at a port of this machine are this user: on a shared one another's
    recorder is not for us. Not when that cannot be told.

    Takes some 20 ms, for the kernel looks through all its sockets.
    """
    try:
        lines = TABLES[0].read_text().splitlines()
        with suppress(FileNotFoundError):  # without IPv6
            lines += TABLES[1].read_text().splitlines()
    except OSError:
        return False
    here = f":{port:04X}"
    listening = (
        fields
        for fields in (line.split() for line in lines if here in line)
        if fields[3] == LISTENING and fields[1].endswith(here)
    )
    return {int(fields[7]) for fields in listening} == {os.getuid()}


class _Connection:
    """Every call raises OSError when the time is over."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self.limit(seconds)
        self._socket = self._connect(host, port)

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def limit(self, seconds: float) -> None:
        """From now on."""
        self._deadline = time.monotonic() + seconds

    def send(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def mechanism(self, own: bytes = b"NULL") -> bytes:
        """Exchanges greetings. Raises ValueError when the other end speaks something else."""
        self.send((SIGNATURE + b"\x03\x00" + own.ljust(20, b"\0")).ljust(GREETING_BYTES, b"\0"))
        greeting = self._read(GREETING_BYTES)
        if greeting[0] != 0xFF or greeting[9] != 0x7F or greeting[10] < 3:
            raise ValueError("not ZMTP 3")
        return greeting[12:32].rstrip(b"\0")

    def frame(self) -> tuple[int, bytes]:
        """Flags and body. Raises ValueError for one that is too large to be a recorder's here."""
        flags, size = self._read(2)
        if flags & LONG:
            raise ValueError("too large")
        return flags, self._read(size)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self._socket.settimeout(self._left())
            part = self._socket.recv(size - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def _connect(self, host: str, port: int) -> socket.socket:
        problem = OSError("no address")
        for family, _, _, _, address in self._addresses(host, port):
            peer = socket.socket(family, socket.SOCK_STREAM)
            try:
                peer.settimeout(self._left())
                peer.connect(address)
                return peer
            except OSError as error:
                peer.close()
                problem = error
        raise problem

    def _addresses(self, host: str, port: int) -> Addresses:
        with suppress(socket.gaierror):  # it is a name
            return _look_up(host, port, socket.AI_NUMERICHOST)
        found: list[Addresses] = []

        def ask() -> None:  # as long as it takes: nothing can cut it short
            with suppress(OSError):
                found.append(_look_up(host, port))

        asking = threading.Thread(target=ask, name="rankscope-lookup", daemon=True)
        asking.start()
        asking.join(self._left())
        return found[0] if found else []

    def _left(self) -> float:
        """Seconds. Whoever sends a byte now and then must not get more of them by it."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left


def _look_up(host: str, port: int, flags: int = 0) -> Addresses:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
