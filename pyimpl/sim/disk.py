"""A simulated disk of named records. What was flushed survives a crash; what was only written does not.

Or, if the crash is told to tear: of what was only written, each record arrives, or not, or in part. Only texts can
arrive in part: the first sectors are those of the new text, the others those of the text that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

SECTOR = 32
"""Characters of a text that are written at once or not at all."""


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

    def crash(self, below: Callable[[int], int] | None = None) -> int:
        """Lose what was not flushed; returns how many records were lost, or torn. With `below` (n -> one of 0 … n-1),
        the record's fate is asked of it, 0 for a record that is lost whole."""
        lost = 0
        for record, text in self._cached.items():
            kept = self._torn(record, text, below) if below is not None else None
            lost += kept != text
            if kept is not None:
                self._safe[record] = kept
        self._cached.clear()
        return lost

    def _torn(self, record: str, text: str, below: Callable[[int], int]) -> str | None:
        """What arrives of a write: nothing, a part, or all."""
        new, old = json.loads(text), json.loads(self._safe.get(record, '""'))
        if not isinstance(new, str):
            return (None, text)[below(2)]
        sectors = max(1, -(-len(new) // SECTOR))
        arrived = below(sectors + 1)
        if arrived in (0, sectors):
            return text if arrived else None
        return json.dumps(new[: arrived * SECTOR] + (old if isinstance(old, str) else "")[arrived * SECTOR :])

    def records(self) -> dict[str, Any]:
        """What a node that starts now would find: the safe records."""
        return {name: json.loads(text) for name, text in self._safe.items()}
