"""How the servers choose whom to follow: the one that has come furthest, by epoch and zxid.

A server that looks for a leader tells all others whom it would have, at first itself, and changes to whoever is better.
When a quorum would have the same one, it is chosen. Who has a leader already tells that. Nothing depends on the choice
but how soon there is a leader: in the spec anybody may be chosen at any time.

Source: A. Medeiros, "ZooKeeper's atomic broadcast protocol: theory and practice", 2012, section 4.1 (fast leader
election).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyimpl.kernel import Effects, Node, Send, SetTimer
from pyimpl.zab.messages import NONE, Notify, Vote

if TYPE_CHECKING:
    from pyimpl.zab.history import History

LOOK_MS = 40
LOOK_MORE_MS = 15


class Voter(Node):
    """The part of a server that takes part in elections."""

    phase: str
    leader: str
    current_epoch: int
    history: History
    votes: dict[str, Vote]
    vote: Vote

    def __init__(self, name: str, records: Mapping[str, Any], everyone: tuple[str, ...]) -> None:
        self.everyone = everyone
        super().__init__(name, records)

    def chosen(self, who: str) -> Effects:
        """Follow `who`, or lead."""
        raise NotImplementedError

    def look(self) -> Effects:
        """Begin to look for a leader."""
        self.votes = {}
        self.vote = self.own_vote()
        return self.tell_vote()

    def own_vote(self) -> Vote:
        return (self.current_epoch, self.history.last_zxid, self.name)

    def tell_vote(self) -> Effects:
        wait = LOOK_MS + LOOK_MORE_MS * self.everyone.index(self.name)
        return (*(Send(j, Notify(self.vote, None)) for j in self.others()), SetTimer("look", wait))

    def on_look(self) -> Effects:
        """Is there one that a quorum would have?"""
        self.votes[self.name] = self.vote
        if self.majority({j for j, vote in self.votes.items() if vote == self.vote}):
            return self.chosen(self.vote[2])
        return self.tell_vote()

    def on_notify(self, sender: str, m: Notify) -> Effects:
        """Somebody looks for a leader, or has one."""
        if self.phase != "election":
            return (Send(sender, Notify(m.vote, self.leader)),) if m.leader is None else ()
        if m.leader is not None:
            return self.chosen(sender) if m.leader == sender else ()
        self.votes[sender] = m.vote
        if m.vote > self.vote:
            self.vote = m.vote
            return self.tell_vote()
        return ()

    def others(self) -> list[str]:
        return [j for j in self.everyone if j != self.name]

    def majority(self, who: set[str]) -> bool:
        return 2 * len(who) > len(self.everyone)


__all__ = ["NONE", "Voter"]
