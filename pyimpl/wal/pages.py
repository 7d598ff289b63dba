"""Pages on a disk and in memory. A page carries the number of the last log record that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyimpl.wal.frames import frame, unframe

INITIAL = "zero"


@dataclass(frozen=True, slots=True)
class Page:
    """A page in memory."""

    lsn: int = 0
    value: str = INITIAL

    def spec(self) -> dict[str, Any]:
        """[lsn |-> lsn, value |-> value]"""
        return {"lsn": self.lsn, "value": self.value}

    def image(self) -> str:
        """As it is written."""
        return frame(self.lsn, self.value)


@dataclass(frozen=True, slots=True)
class DiskPage:
    """A page as it stands on the disk; if it is not whole, number and value need not belong together."""

    lsn: int = 0
    value: str = INITIAL
    whole: bool = True

    @classmethod
    def read(cls, image: str | None) -> DiskPage:
        """From what the disk has: nothing, if the page was never written."""
        if image is None:
            return cls()
        found = unframe(image)
        return cls(found.number, found.body or INITIAL, found.whole)

    def spec(self) -> dict[str, Any]:
        """[lsn |-> lsn, value |-> value, whole |-> whole]"""
        return {"lsn": self.lsn, "value": self.value, "whole": self.whole}
