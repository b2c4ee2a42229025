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
import time
from pathlib import Path

GREETING_BYTES = 64
SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
READY = b"\x05READY" + b"\x0bSocket-Type" + len(b"DEALER").to_bytes(4, "big") + b"DEALER"
EMPTY_MESSAGE = b"\x00\x00"
COMMAND = 4  # in a frame's flags; a message has neither this bit nor the next
LONG = 2  # its size takes eight bytes
LISTENING = "0A"  # in /proc/net/tcp


def answers(endpoint: str, *, keys: bool = False, seconds: float = 0.1) -> bool:
    """Whether a recorder is there; of one that demands keys, that it greets as such."""
    host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
    try:
        with _Connection(host, int(port), seconds) as peer:
            if keys:
                return peer.mechanism(own=b"CURVE") == b"CURVE"
            if peer.mechanism() != b"NULL":
                return False
            peer.send(b"\x04" + bytes([len(READY)]) + READY + EMPTY_MESSAGE)
            while True:
                flags, body = peer.frame()
                if not flags & COMMAND:
                    return body == b""
    except (OSError, ValueError):
        return False


def belongs_to_us(port: int) -> bool:
    """Whether the listener is this user's: on a shared machine another's recorder is not for us."""
    try:
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    except OSError:
        return True  # nothing to tell by
    here = f":{port:04X}"
    owners = {
        int(fields[7])
        for fields in map(str.split, lines)
        if fields[3] == LISTENING and fields[1].endswith(here)
    }
    return not owners or os.getuid() in owners


class _Connection:
    """Every call raises OSError when the time is over."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._socket = socket.create_connection((host, port), seconds)

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._limit()
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
            self._limit()
            part = self._socket.recv(size - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def _limit(self) -> None:
        self._socket.settimeout(max(self._deadline - time.monotonic(), 1e-3))
