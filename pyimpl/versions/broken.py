"""Faulty implementations of the register with siblings: one mistake each, twins of `specs/versions/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Mutant, Persist, Send, action
from pyimpl.versions.client import Client
from pyimpl.versions.messages import HaveVersions, PutVersion, SpreadVersions, StoredVersion
from pyimpl.versions.server import Server
from pyimpl.versions.vectors import newest


class LastWins(Server):
    """Stores what comes over what it has."""

    @action("Store", node="s", witness=("m",))
    def store(self, c: str, k: int, m: PutVersion) -> Effects:
        """The mistake: its writer may not know of what is here."""
        self.kept = (m.version,)
        return self.persist(), Send(c, StoredVersion(self.name, c, k))


class MergeReplaces(Server):
    """Takes over what another server has for its own."""

    @action("Merge", node="s", witness=("m",))
    def merge(self, m: SpreadVersions) -> Effects:
        """The mistake: what only it has is gone."""
        if newest((*self.kept, *m.versions)) == self.kept:
            return DISABLED
        self.kept = m.versions
        return (self.persist(),)


class WriteForgotten(Client):
    """Does not make sure that it remembers its writes."""

    def recover(self, records: Mapping[str, Any]) -> None:
        """The mistake: a write that was under way when it crashed is taken for none."""
        super().recover(records)
        if records.get("under way") == "write":
            self.seen[self.name] -= 1

    @action("Write", node="c")
    def write(self, v: str) -> Effects:
        """As it should be, with a note that it is under way."""
        done = super().write(v)
        return DISABLED if done is DISABLED else (Persist("under way", "write", flush=False), *done[1:])

    @action("Finish", node="c")
    def finish(self) -> Effects:
        """As it should be."""
        done = super().finish()
        return DISABLED if done is DISABLED else (Persist("under way", "none"), *done[1:])


class ContextIgnored(Client):
    """Does not take note of what it reads."""

    def note(self, m: HaveVersions) -> None:
        """The mistake: what it writes next will stand beside that."""


NODES_OF: dict[str | None, tuple[type[Server], type[Client]]] = {
    None: (Server, Client),
    "LastWins": (LastWins, Client),
    "MergeReplaces": (MergeReplaces, Client),
    "WriteForgotten": (Server, WriteForgotten),
    "ContextIgnored": (Server, ContextIgnored),
}

MUTANTS = (
    Mutant("LastWins", "a server keeps the last write only", frozenset(), 8),
    Mutant("MergeReplaces", "a server takes another's state for its own", frozenset(), 3),
    Mutant("WriteForgotten", "a client uses a vector twice", frozenset({"crash", "delay"}), 60),
    Mutant("ContextIgnored", "a client writes beside what it has read", frozenset(), 1),
)
