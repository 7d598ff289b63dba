"""A member of a group whose members watch each other.

Takes requests "check q" of its application, and messages of its peers; gives `Apply((member, status, incarnation))`
whenever what it knows of a member changes. Pair it with `specs/detector/Detector.tla`.

Durable is only its own incarnation, safe on disk before anyone hears of it: otherwise a life could be taken for an
earlier one. What it knows of others is news, and lost in a crash.

How news spreads: whoever learns something passes it on to the next of its peers in turn with each of its heartbeats
(gossip; A. Das, I. Gupta, A. Motivala, "SWIM", DSN 2002, section 4.1), a few times, newest first. So a group of n
members sends O(n) messages a period, and news reaches all in O(n) periods at worst.

How long to wait is `patience.py`'s business: one `Patience` for each peer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyimpl.detector.messages import Alive, Checking, Suspected
from pyimpl.detector.patience import Accrual, Patience
from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Reply, Request, Send, SetTimer, action

BEAT_MS = 20
FIRST_TIMEOUT_MS = 90
CHECK_TIMEOUT_MS = 40
TELL_TIMES = 4
NEWS_PER_BEAT = 3
News = tuple[int, bool]  # incarnation, suspected: in the order of age


class Member(Node):
    """`peers` are the names of all members, this one too; `patience` makes a timeout for one peer."""

    role = "member"

    def __init__(
        self,
        name: str,
        records: Mapping[str, Any],
        peers: tuple[str, ...],
        patience: Callable[[], Patience] = lambda: Accrual(FIRST_TIMEOUT_MS),
    ) -> None:
        self.peers = tuple(p for p in peers if p != name)
        self.patience = patience
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.inc: int = records.get("inc", 0)
        self.view: dict[str, News] = dict.fromkeys(self.peers, (0, False))
        self.wait: dict[str, Patience] = {p: self.patience() for p in self.peers}
        self.silent_ms = dict.fromkeys(self.peers, 0)  # since the last sign of life of each, by our timers
        self.tell: dict[str, int] = {}  # of whom there is news, and how often it is still to be told
        self.next_peer = 0
        self.checks: dict[str, list[int]] = {}  # requests that wait for a sign of life

    # ---- the actions, in the spec's order ----

    @action("Heartbeat", node="q")
    def heartbeat(self) -> Effects:
        """Tell everybody that we are alive."""
        return self.to_peers(Alive(self.name, self.inc))

    @action("Check", node="p")
    def check(self, q: str) -> Effects:
        """Ask q whether it is there."""
        return Send(q, Checking(self.name, q)), SetTimer(f"check {q}", CHECK_TIMEOUT_MS)

    @action("Answer", node="q")
    def answer(self, p: str) -> Effects:
        """Tell p that we are alive."""
        return (Send(p, Alive(self.name, self.inc)),)

    @action("Hear", node="p")
    def hear(self, q: str, i: int) -> Effects:
        """News: q is alive in incarnation i."""
        if not (i, False) > self.view[q]:
            return DISABLED
        self.view[q] = (i, False)
        return self.learnt(q)

    @action("Suspect", node="p")
    def suspect(self, q: str) -> Effects:
        """Nothing was heard of q for too long: suspect it in the incarnation that we know."""
        if self.view[q][1]:
            return DISABLED
        self.view[q] = (self.view[q][0], True)
        return (*self.learnt(q), *self.to_peers(Suspected(q, self.view[q][0])))

    @action("Believe", node="p")
    def believe(self, q: str, i: int) -> Effects:
        """News: somebody suspects q in incarnation i."""
        if not (i, True) > self.view[q]:
            return DISABLED
        self.view[q] = (i, True)
        return self.learnt(q)

    @action("Refute", node="q")
    def refute(self) -> Effects:
        """Somebody suspects us: begin a new incarnation. It must be safe before anyone hears of it."""
        self.inc += 1
        return Persist("inc", self.inc), *self.to_peers(Alive(self.name, self.inc))

    @action("Restart", node="q")
    def restart(self) -> Effects:
        """Back after a crash: begin a new incarnation, because the old one may be suspected by now."""
        if not self.down:
            return DISABLED
        self.down = False
        self.inc += 1
        return Persist("inc", self.inc), *self.to_peers(Alive(self.name, self.inc))

    # ---- events ----

    def on_start(self) -> Effects:
        began = self.restart() if self.down else ()
        return *began, SetTimer("beat", BEAT_MS)

    def on_request(self, request: Request) -> Effects:
        """Check a member now; the answer is whether a sign of life came in time."""
        asked = self.checks.setdefault(request.command, [])
        asked.append(request.number)
        return self.check(request.command)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Alive(member, inc) if member != self.name:
                news = self.hear(member, inc)
                return (*news, *self.sign_of_life(member), *self.accuse(member, inc)) if sender == member else news
            case Suspected(member, inc) if member != self.name:
                return self.believe(member, inc)
            case Suspected(_, inc) if inc == self.inc:
                return self.refute()
            case Suspected():
                return (Send(sender, Alive(self.name, self.inc)),)
            case Checking(asker):
                return self.answer(asker)
        return ()

    def on_timer(self, name: str) -> Effects:
        if name == "beat":
            return (*self.heartbeat(), *self.gossip(), *self.missed(), SetTimer("beat", BEAT_MS))
        return self.unanswered(name.removeprefix("check "))

    # ---- what several of them need ----

    def sign_of_life(self, q: str) -> Effects:
        """q itself has spoken."""
        self.wait[q].heard(self.silent_ms[q])
        self.silent_ms[q] = 0
        return tuple(Reply(number, "alive") for number in self.checks.pop(q, ()))

    def accuse(self, q: str, i: int) -> Effects:
        """q speaks in a life in which it is suspected: it has not heard of it. Say it again."""
        return (Send(q, Suspected(q, i)),) if self.view[q] == (i, True) else ()

    def missed(self) -> Effects:
        """One more beat without a word; suspect those who have been silent for too long."""
        effects: Effects = ()
        for q in self.peers:
            self.silent_ms[q] += BEAT_MS
            if not self.view[q][1] and self.silent_ms[q] > self.wait[q].timeout_ms():
                effects += self.suspect(q)
        return effects

    def unanswered(self, q: str) -> Effects:
        """A check had no answer in time."""
        if q not in self.checks:
            return ()
        return (*self.suspect(q), *(Reply(number, "suspect") for number in self.checks.pop(q)))

    def learnt(self, q: str) -> Effects:
        """Something new is known of q: pass it on, and if a suspicion was wrong, be more patient."""
        inc, suspected = self.view[q]
        if not suspected and inc > 0:
            self.wait[q].mistaken()
        self.tell[q] = TELL_TIMES
        return (Apply((q, "suspect" if suspected else "alive", inc)),)

    def gossip(self) -> Effects:
        """Pass the newest news on to the next peer in turn."""
        to = self.peers[self.next_peer % len(self.peers)]
        self.next_peer += 1
        effects: Effects = ()
        for q in sorted(self.tell, key=lambda q: -self.tell[q])[:NEWS_PER_BEAT]:
            inc, suspected = self.view[q]
            effects += (Send(to, Suspected(q, inc) if suspected else Alive(q, inc)),)
            self.tell[q] -= 1
            if not self.tell[q]:
                del self.tell[q]
        return effects

    def to_peers(self, message: Any) -> Effects:
        """The message to every peer; an accusation goes to the accused too, who may refute it."""
        return tuple(Send(peer, message) for peer in self.peers)
