"""A simulated disk of named records. What was flushed survives a crash; what was only written does not."""

from __future__ import annotations

import json
from typing import Any


class Disk:
    """Records are kept as JSON text: a value that a real disk could not hold is refused at once
    (TypeError), and a later change to a Python object that was written changes nothing here."""

    def __init__(self) -> None:
        self._safe: dict[str, str] = {}
        self._cached: dict[str, str] = {}

    def write(self, record: str, value: Any) -> None:
        """Put the record in the cache."""
        self._cached[record] = json.dumps(value)

    def flush(self) -> None:
        """Make everything that was written safe, in the order of writing."""
        self._safe |= self._cached
        self._cached.clear()

    def crash(self) -> int:
        """Lose what was not flushed; returns how many records were lost."""
        lost = len(self._cached)
        self._cached.clear()
        return lost

    def records(self) -> dict[str, Any]:
        """What a node that starts now would find: the safe records."""
        return {name: json.loads(text) for name, text in self._safe.items()}
