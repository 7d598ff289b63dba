"""A server of the register with siblings: keeps the values that no other is newer than.

Takes `PutVersion` and `GetVersions` of clients and `SpreadVersions` of other servers. Pair it with
`specs/versions/Versions.tla`, section "The servers". Durable is what it keeps, safe before it is confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Send, SetTimer, action
from pyimpl.versions.messages import GetVersions, HaveVersions, PutVersion, SpreadVersions, StoredVersion
from pyimpl.versions.vectors import Versions, newest, record_of, versions_of

GOSSIP_MS = 150


class Server(Node):
    """`peers` are the names of all servers, this one too."""

    role = "server"

    def __init__(self, name: str, records: Mapping[str, Any], peers: tuple[str, ...]) -> None:
        self.peers = tuple(p for p in peers if p != name)
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.kept: Versions = versions_of(records.get("kept", ()))

    # ---- the actions, in the spec's order ----

    @action("Tell", node="s")
    def tell(self, c: str, k: int) -> Effects:
        """Tell client c what is here."""
        return (Send(c, HaveVersions(self.name, c, k, self.kept)),)

    @action("Store", node="s", witness=("m",))
    def store(self, c: str, k: int, m: PutVersion) -> Effects:
        """Store what client c has put, beside what is not older."""
        self.kept = newest((*self.kept, m.version))
        return self.persist(), Send(c, StoredVersion(self.name, c, k))

    @action("Spread", node="s")
    def spread(self) -> Effects:
        """Tell the others what is here."""
        return tuple(Send(peer, SpreadVersions(self.kept)) for peer in self.peers)

    @action("Merge", node="s", witness=("m",))
    def merge(self, m: SpreadVersions) -> Effects:
        """Take over what another server has, if some of it is new here."""
        if newest((*self.kept, *m.versions)) == self.kept:
            return DISABLED
        self.kept = newest((*self.kept, *m.versions))
        return (self.persist(),)

    # ---- events ----

    def on_start(self) -> Effects:
        return (SetTimer("gossip", GOSSIP_MS),)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case GetVersions(client, turn):
                return self.tell(client, turn)
            case PutVersion(client, turn, _):
                return self.store(client, turn, message)
            case SpreadVersions():
                return self.merge(message)
        return ()

    def on_timer(self, name: str) -> Effects:
        return *self.spread(), SetTimer("gossip", GOSSIP_MS)

    # ---- what several of them need ----

    def persist(self) -> Persist:
        return Persist("kept", record_of(self.kept))
