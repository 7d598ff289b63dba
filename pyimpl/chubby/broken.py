"""Faulty implementations of Chubby: one mistake each, twins of `specs/chubby/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.chubby.client import Client
from pyimpl.chubby.database import Database
from pyimpl.chubby.server import Server
from pyimpl.chubby.store import FileServer
from pyimpl.kernel import Mutant


class NoDelay(Database):
    """Lends the lock anew as soon as its holder's session has ended."""

    delays = False


class NoLockDelay(Server):
    """Has such a database."""

    database = NoDelay


class WritesAtOnce(Server):
    """Tells the clients to drop the file, and does not wait until they have."""

    def dropped(self, i: int, version: int) -> bool:
        """The mistake: a message that is sent has not arrived."""
        return True


class CachersForgotten(Server):
    """As a new master knows nobody who caches, and does not ask."""

    def at_first(self, db: Database) -> frozenset[int]:
        """The mistake: the last master's readers are still there."""
        return frozenset()


class LeaseIgnored(Server):
    """Acts as master as long as it has heard of no other."""

    lends = False

    def leased(self) -> bool:
        """The mistake: another may have been elected."""
        return True


NODES_OF: dict[str | None, tuple[type[Server], type[Client], type[FileServer]]] = {
    None: (Server, Client, FileServer),
    "NoLockDelay": (NoLockDelay, Client, FileServer),
    "WritesAtOnce": (WritesAtOnce, Client, FileServer),
    "CachersForgotten": (CachersForgotten, Client, FileServer),
    "LeaseIgnored": (LeaseIgnored, Client, FileServer),
}

MUTANTS = (
    Mutant("NoLockDelay", "the lock of a holder that failed is lent at once", frozenset({"crash"}), 10),
    Mutant("WritesAtOnce", "a change does not wait for the caches", frozenset({"delay"}), 24),
    Mutant("CachersForgotten", "a new master thinks that nobody caches", frozenset({"crash"}), 17),
    Mutant(
        "LeaseIgnored",
        "nobody asks whether the lease of a master is over",
        frozenset({"loss", "partition", "delay"}),
        54,
    ),
)
