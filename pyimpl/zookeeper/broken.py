"""Faulty implementations of ZooKeeper: one mistake each, twins of `specs/zookeeper/broken/`.

They run like the correct one and report their steps as honestly; the trace alone gives them away.
"""

from __future__ import annotations

from pyimpl.kernel import Mutant
from pyimpl.zookeeper.messages import NONE, Change, Connect, Read, Target
from pyimpl.zookeeper.server import Server
from pyimpl.zookeeper.tree import Tree


class LateTree(Tree):
    """Does what closed sessions ask for."""

    def due(self, x: Change) -> bool:
        """The mistake: that the session is open was looked at when the change was asked for, and not here."""
        if x.op.type in ("open", "expire"):
            return super().due(x)
        return x.number > self.session(x.session).number


class ForgetfulTree(Tree):
    """Knows of a node that is not there nothing at all."""

    def changed_at(self, w: Target) -> int:
        """The mistake: a node that was made and deleted meanwhile has not changed."""
        return 0 if w[1] != NONE and w not in self.nodes else super().changed_at(w)


class CountingTree(Tree):
    """Numbers the nodes of a directory by how many there are."""

    def next_number(self, b: str) -> int:
        """The mistake: when one goes, a number is given again."""
        return sum(name[0] == b for name in self.nodes) + 1


class RepeatingTree(Tree):
    """Does what it is asked for, as often as it is asked."""

    def due(self, x: Change) -> bool:
        """The mistake: a change that was sent again is another one."""
        return super().due(x) if x.op.type in ("open", "expire") else self.alive(x.session)


class LateCreate(Server):
    """Its sessions end, and what they have asked for does not."""

    tree_of = LateTree


class MissesBriefNodes(Server):
    """Its clients miss what came and went while they had no link."""

    tree_of = ForgetfulTree


class NumberReused(Server):
    """Two of those who stand in line have the same place."""

    tree_of = CountingTree


class DoneTwice(Server):
    """Its clients make two nodes when they ask twice for one."""

    tree_of = RepeatingTree


class TakesAnyone(Server):
    """Takes clients that have seen more than it has."""

    def up_to_date(self, m: Connect) -> bool:
        """The mistake: what the client has seen is not looked at."""
        return True


class ReadsOvertake(Server):
    """Answers reads at once."""

    def in_order(self, m: Read) -> bool:
        """The mistake: what the client has asked for before may still be under way."""
        return True


SERVER_OF: dict[str | None, type[Server]] = {
    None: Server,
    "LateCreate": LateCreate,
    "MissesBriefNodes": MissesBriefNodes,
    "NumberReused": NumberReused,
    "DoneTwice": DoneTwice,
    "TakesAnyone": TakesAnyone,
    "ReadsOvertake": ReadsOvertake,
}

MUTANTS = (
    Mutant("LateCreate", "a change of a closed session is carried out", frozenset({"delay", "partition"}), 70),
    Mutant("MissesBriefNodes", "a node that came and went has not changed", frozenset({"loss", "partition"}), 59),
    Mutant("NumberReused", "a number is given again", frozenset({"reorder"}), 3),
    Mutant("DoneTwice", "a change is carried out as often as it is asked for", frozenset({"loss"}), 46),
    Mutant("TakesAnyone", "a client may come to a server that is behind it", frozenset({"loss", "partition"}), 65),
    Mutant("ReadsOvertake", "a read overtakes the changes asked for before it", frozenset({"reorder"}), 66),
)
