"""The records of the store's log, as they are written and as the spec has them, and what can be read off them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Entry: TypeAlias = dict[str, Any]
TORN: Entry = {"type": "torn"}


def update(txn: str, prev: int, page: str, old: str, new: str) -> Entry:
    """txn has changed page from old to new; its change before that is number prev, or 0."""
    return {"type": "update", "txn": txn, "prev": prev, "page": page, "old": old, "new": new}


def undo(txn: str, prev: int, page: str, new: str) -> Entry:
    """A change of txn was taken back: page is new again. The next to take back is number prev, or 0."""
    return {"type": "undo", "txn": txn, "prev": prev, "page": page, "new": new}


def commit(txn: str, prev: int) -> Entry:
    """txn has ended, and stands; its last change is number prev."""
    return {"type": "commit", "txn": txn, "prev": prev}


def committed(entries: Sequence[Entry | None], txn: str) -> bool:
    """Whether txn's commit is among the records."""
    return any(e is not None and e["type"] == "commit" and e["txn"] == txn for e in entries)


def losers(entries: Sequence[Entry | None], base: int = 0) -> dict[str, int]:
    """Analysis: who has changes that were neither committed nor taken back, and which is the next to take back. The
    first of the records is number base + 1."""
    next_: dict[str, int] = {}
    for number, e in enumerate(entries, start=base + 1):
        if e is not None:
            next_[e["txn"]] = {"update": number, "undo": e["prev"], "commit": 0}[e["type"]]
    return {txn: number for txn, number in next_.items() if number}
