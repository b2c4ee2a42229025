# SPDX-License-Identifier: Apache-2.0
"""The package's log: what it has to say is never worth an exception in the training."""

from __future__ import annotations

import logging
from contextlib import suppress

log = logging.getLogger("rankscope")
_hand_on = log.handle


def _handle(record: logging.LogRecord) -> None:
    # logging raises when its stream is closed: that it cannot write is what it writes there.
    with suppress(Exception):
        _hand_on(record)


log.handle = _handle  # type: ignore[method-assign]
