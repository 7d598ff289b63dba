"""What a server remembers of its clients so that no call is carried out twice: a table, one entry for each client.

It belongs to the state that the calls change, and has to be written with it (and, in a replicated server, replicated
with it). `as_record` and `of` are for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sessions:
    """Last number and answer by client."""

    last: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def is_new(self, client: str, seq: int) -> bool:
        """Whether call `seq` of `client` was not carried out yet."""
        return seq > self.last.get(client, (0, None))[0]

    def answer(self, client: str, seq: int) -> Any | None:
        """What call `seq` was answered, if it is the last one of `client`; an older one needs no answer."""
        number, result = self.last.get(client, (0, None))
        return result if number == seq else None

    def done(self, client: str, seq: int, result: Any) -> None:
        """Call `seq` of `client` was carried out, and answered with `result`."""
        self.last[client] = (seq, result)

    def as_record(self) -> tuple[tuple[str, int, Any], ...]:
        """For the disk."""
        return tuple((client, seq, result) for client, (seq, result) in self.last.items())

    @classmethod
    def of(cls, record: Iterable[Any]) -> Sessions:
        """From the disk."""
        return cls({client: (seq, result) for client, seq, result in record})
