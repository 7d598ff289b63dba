"""How long to wait before calling again: longer each time, up to a limit.

The waiting is spread, so that clients which lost the same server do not come back all at once: client number `place` of
`of` waits a share of the interval of its own (there is no random source in a node). The times of one client are
`first_ms · 2^n`, cut at `most_ms`, plus up to half of that.

Source: R. Metcalfe, D. Boggs, "Ethernet", CACM 19(7), 1976, p. 400 (exponential backoff).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """`wait_ms()` gives the next waiting time; `reset()` begins again."""

    first_ms: int = 40
    most_ms: int = 400
    place: int = 0
    of: int = 1
    tries: int = 0

    def wait_ms(self) -> int:
        """The time until the next try."""
        base = min(self.first_ms << min(self.tries, 30), self.most_ms)
        self.tries += 1
        return base + base * self.place // (2 * self.of)

    def reset(self) -> None:
        """It worked."""
        self.tries = 0
