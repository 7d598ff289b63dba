"""The monitor: appoints primary and backup, when it misses one of them or is told to.

Takes `Ping` and `Stored` of servers, and the request "switch" (switch-over by command); gives views. Pair it with
`specs/primarybackup/PrimaryBackup.tla`, section "The monitor".

What is durable: the view and whether its backup has caught up, one record, safe before a server hears of it.

Missing a server is no proof that it is dead, and need not be: a new primary is always one that has everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.primarybackup.messages import NOBODY, Ping, Stored, View

LOOK_MS = 40
MISSED_MAX = 3


class Monitor(Node):
    """`servers` are the names of all servers; the first is the primary of view 0."""

    role = "monitor"

    def __init__(self, name: str, records: Mapping[str, Any], servers: tuple[str, ...]) -> None:
        self.servers = servers
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        num, primary, backup, self.synced = records.get("monitor", (0, self.servers[0], NOBODY, False))
        self.current = View(num, primary, backup)
        self.missed = dict.fromkeys(self.servers, 0)  # looks since the last sign of life

    # ---- the actions, in the spec's order ----

    @action("Appoint")
    def appoint(self, p: str, b: str) -> Effects:
        """Make p primary and b, a server or nobody, backup. It must be safe before anyone hears of it."""
        if not (p == self.current.primary or (p == self.current.backup and self.synced)):
            return DISABLED
        if b == p or (p, b) == (self.current.primary, self.current.backup):
            return DISABLED
        self.current = View(self.current.num + 1, p, b)
        self.synced = False
        return self.persist(), *(Send(server, self.current) for server in self.servers)

    @action("Sync")
    def sync(self) -> Effects:
        """The backup has caught up: it may take over."""
        if self.synced:
            return DISABLED
        self.synced = True
        return (self.persist(),)

    # ---- events ----

    def on_start(self) -> Effects:
        return (SetTimer("look", LOOK_MS),)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Ping(num):
                self.missed[sender] = 0
                return (Send(sender, self.current),) if num < self.current.num else ()
            case Stored(num, _) if num == self.current.num:
                return self.sync()
        return ()

    def on_timer(self, name: str) -> Effects:
        for server in self.servers:
            self.missed[server] += 1
        return *self.look(), SetTimer("look", LOOK_MS)

    def on_request(self, request: Request) -> Effects:
        """Switch over; the answer is whether that was possible."""
        done = self.appoint(self.current.backup, self.current.primary)
        return (*done, Reply(request.number, done is not DISABLED))

    # ---- what they need ----

    def look(self) -> Effects:
        """Appoint others if somebody is missing, and a backup if there is none."""
        primary, backup = self.current.primary, self.current.backup
        if not self.here(primary):
            return self.appoint(backup, self.spare(backup)) if self.synced and self.here(backup) else ()
        if backup == NOBODY or not self.here(backup):
            return self.appoint(primary, self.spare(primary))
        return ()

    def here(self, server: str) -> bool:
        return server != NOBODY and self.missed[server] <= MISSED_MAX

    def spare(self, besides: str) -> str:
        """The next server, around, that is here and could be backup; nobody, if there is none."""
        at = self.servers.index(besides)
        others = (*self.servers[at + 1 :], *self.servers[:at])
        return next((s for s in others if self.here(s)), NOBODY)

    def persist(self) -> Persist:
        v = self.current
        return Persist("monitor", (v.num, v.primary, v.backup, self.synced))
