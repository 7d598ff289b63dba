"""The transaction manager of two-phase commit with presumed abort, for any number of transactions.

Takes requests ("commit",): each begins a transaction over all participants; answers "committed" or "aborted". Pair it
with `specs/presumedabort/PresumedAbort.tla`, section "The transaction manager".

Durable is the log (`pyimpl.wal.log`), with a record when a transaction is committed and one when all have acknowledged
that. What is not in the table was aborted, as far as anybody is told. A transaction's name is never given twice: it has
the number of the start in it, which is counted on the disk.

Source: C. Mohan, B. Lindsay, R. Obermarck, "Transaction management in the R* distributed database management system",
ACM TODS 11(4), 1986, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyimpl.kernel import DISABLED, Effects, Node, Persist, Reply, Request, Send, SetTimer, action
from pyimpl.presumedabort.messages import Ack, Inquiry, Outcome, Prepare, Vote
from pyimpl.wal.log import Log

AGAIN_MS = 60
VOTES_TRIES = 4


@dataclass
class Entry:
    """A transaction in the table: "waiting" for votes or "committed", and whose vote or acknowledgement is in."""

    state: str = "waiting"
    from_: set[str] = field(default_factory=set)
    tries: int = 0

    def spec(self) -> dict[str, Any]:
        """[state |-> state, from |-> from]"""
        return {"state": self.state, "from": self.from_}


def last_of(entries: list[dict[str, str]]) -> dict[str, str]:
    """What a log says last of each transaction in it."""
    return {entry["txn"]: entry["is"] for entry in entries}


class Coordinator(Node):
    """`rms` are the participants' names."""

    role = "transaction manager"

    def __init__(self, name: str, records: Mapping[str, Any], rms: tuple[str, ...]) -> None:
        self.rms = rms
        super().__init__(name, records)

    def recover(self, records: Mapping[str, Any]) -> None:
        self.log = Log.read(records)
        self.starts: int = records.get("starts", 0)
        self.table: dict[str, Entry] = {}
        self.clients: dict[str, int] = {}
        self.begun = 0

    # ---- the actions, in the spec's order ----

    @action("Request")
    def request(self, t: str) -> Effects:
        """Ask everyone to prepare for a transaction whose name was never given before."""
        self.table[t] = Entry()
        return *self.to_all(Prepare(t)), SetTimer(f"again {t}", AGAIN_MS)

    @action("CollectYes")
    def collect_yes(self, t: str, r: str) -> Effects:
        """r has voted yes."""
        if self.known(t) != "waiting":
            return DISABLED
        self.table[t].from_.add(r)
        return ()

    @action("DecideCommit")
    def decide_commit(self, t: str) -> Effects:
        """Everyone has voted yes: commit, when the record is safe."""
        if self.known(t) != "waiting":
            return DISABLED
        if self.table[t].from_ != set(self.rms):
            return DISABLED
        self.log.append({"txn": t, "is": "committed"})
        self.table[t] = Entry("committed")
        return (*self.log.force(), *self.reply(t, "committed"))

    @action("DecideAbort")
    def decide_abort(self, t: str) -> Effects:
        """Somebody voted no, or a vote is too long in coming: tell everyone, and forget it."""
        if self.known(t) != "waiting":
            return DISABLED
        del self.table[t]
        return (*self.to_all(Outcome(t, False)), *self.reply(t, "aborted"))

    @action("Announce")
    def announce(self, t: str) -> Effects:
        """Tell those who have not acknowledged it that the transaction is committed."""
        if self.known(t) != "committed":
            return DISABLED
        late = [r for r in self.rms if r not in self.table[t].from_]
        return *(Send(r, Outcome(t, True)) for r in late), SetTimer(f"again {t}", AGAIN_MS)

    @action("CollectAck")
    def collect_ack(self, t: str, r: str) -> Effects:
        """r has the commit in its log."""
        if self.known(t) != "committed":
            return DISABLED
        self.table[t].from_.add(r)
        return ()

    @action("Forget")
    def forget(self, t: str) -> Effects:
        """Everyone has it: nobody will ask again."""
        if self.known(t) != "committed":
            return DISABLED
        if self.table[t].from_ != set(self.rms):
            return DISABLED
        self.log.append({"txn": t, "is": "ended"})
        del self.table[t]
        return self.log.force()

    @action("Presume")
    def presume(self, t: str, r: str) -> Effects:
        """r asks for a transaction that we know nothing of: it was aborted."""
        if self.known(t) != "nothing":
            return DISABLED
        return (Send(r, Outcome(t, False)),)

    @action("TMRestart")
    def tm_restart(self) -> Effects:
        """Back after a crash: what is committed and not ended goes on."""
        if not self.down:
            return DISABLED
        self.down = False
        torn = self.log.cut()
        last = last_of(self.log.entries)
        self.table = {t: Entry("committed") for t, is_ in last.items() if is_ == "committed"}
        self.starts += 1
        return *torn, Persist("starts", self.starts)

    # ---- events ----

    def on_start(self) -> Effects:
        if not self.down:
            return ()
        back = self.tm_restart()
        return (*back, *(effect for t in self.table for effect in self.announce(t)))

    def on_request(self, request: Request) -> Effects:
        if request.number in self.clients.values():
            return ()
        self.begun += 1
        t = f"t{self.starts}_{self.begun}"
        self.clients[t] = request.number
        return self.request(t)

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Vote(r, t, True):
                collected = self.collect_yes(t, r)
                decided = self.decide_commit(t)
                return (*collected, *decided, *(() if decided is DISABLED else self.announce(t)))
            case Vote(_, t, False):
                return self.decide_abort(t)
            case Ack(r, t):
                return self.collect_ack(t, r) + self.forget(t)
            case Inquiry(r, t):
                return self.announce(t) or self.presume(t, r)
        return ()

    def on_timer(self, name: str) -> Effects:
        t = name.removeprefix("again ")
        if self.known(t) != "waiting":
            return self.announce(t)
        self.table[t].tries += 1
        if self.table[t].tries >= VOTES_TRIES:
            return self.decide_abort(t)
        late = [r for r in self.rms if r not in self.table[t].from_]
        return *(Send(r, Prepare(t)) for r in late), SetTimer(name, AGAIN_MS)

    # ---- what several of them need ----

    def known(self, t: str) -> str:
        """What the table says of t."""
        return self.table[t].state if t in self.table else "nothing"

    def reply(self, t: str, outcome: str) -> Effects:
        """Answer the client, if it asked in this life."""
        return (Reply(self.clients.pop(t), outcome),) if t in self.clients else ()

    def to_all(self, message: Any) -> Effects:
        return tuple(Send(r, message) for r in self.rms)
