"""What a command says beside its result: progress, warnings, errors, on standard error.

Where that leads to nobody (a pipe whose reader is gone) or to a full disk, the text is lost, and the command goes on:
its exit code still tells the outcome.
"""

from __future__ import annotations

import sys
from contextlib import suppress


def aside(text: str) -> None:
    """Print a text on standard error, if that is possible."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
