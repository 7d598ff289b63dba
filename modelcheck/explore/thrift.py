"""Living with little memory: states go to disk, then are told apart by fingerprints, before a search has to stop.

Takes a search core and the limit of memory (`--max-memory`, or most of what is free at the beginning). When the process
comes near it, full chunks of states are moved to a temporary file again and again; unless exactness is asked for, they
are then told apart by 64-bit fingerprints, so that those on disk need not be read. `doubt` says what that means: of n
states with random fingerprints, some two have the same one with a probability of at most n * n / 2^65 (the birthday
bound). The NumPy core keeps everything in memory.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from modelcheck.explore.memory import peak_rss_mb

if TYPE_CHECKING:
    from modelcheck.core.native import Core
    from modelcheck.core.walk import Walk

NEAR = 0.6  # of the limit: from there on memory is saved
FREE_SHARE = 0.8  # of what is free at the beginning may be used


class Thrift:
    """`limit_mb`: megabytes the process may take (None: most of what is free). `exact`: no fingerprints."""

    def __init__(self, limit_mb: int | None, exact: bool) -> None:
        if limit_mb is None:
            free = _free_mb()
            limit_mb = peak_rss_mb() + int(FREE_SHARE * free) if free else 0
        self.limit_mb = limit_mb  # 0: unknown
        self.exact = exact
        self.fingerprints = False
        self._file: IO[bytes] | None = None

    @property
    def saves(self) -> bool:
        """Whether memory has run low, and states go to disk."""
        return self._file is not None

    def look(self, core: Core | Walk) -> None:
        """Save memory if it is time to. Keeps quiet where that cannot be done: then a limit ends the search."""
        if self._file is None and (not self.limit_mb or peak_rss_mb() < NEAR * self.limit_mb):
            return
        try:
            if self._file is None:
                import tempfile

                self._file = tempfile.TemporaryFile()  # noqa: SIM115
            if not self.exact:
                core.fingerprint()
                self.fingerprints = True
            core.spill(self._file.fileno())
        except (OSError, MemoryError):
            return


def doubt(distinct: int) -> str:
    """What the verdict has to say of so many states that were told apart by fingerprints."""
    bound = min(1.0, distinct * distinct / 2.0**65)
    return (
        "memory ran low, so that states were told apart by 64-bit fingerprints: the probability that any was "
        f"taken for another one is at most {bound:.1e} (--exact forbids this)"
    )


def _free_mb() -> int:
    """Megabytes of memory that are free; 0: unknown."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) >> 10
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    except (AttributeError, ValueError, OSError):
        return 0
