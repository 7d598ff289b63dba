"""A file server elsewhere, which does what the holder of the lock asks for, and checks his sequencer.

Pair it with `specs/chubby/Chubby.tla`, section "The file server". What is durable: what it has done, in order.

Source: M. Burrows, "The Chubby lock service for loosely-coupled distributed systems", OSDI 2006, section 2.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.chubby.messages import Done, Operation, Sequencer
from pyimpl.kernel import DISABLED, Effects, Node, Persist, Send, action


class FileServer(Node):
    """`journal` is what it has done."""

    role = "file server"

    def recover(self, records: Mapping[str, Any]) -> None:
        self.journal = [Sequencer(*entry) for entry in records.get("journal", [])]

    @action("Store", witness=("sender",))
    def store(self, q: Sequencer, sender: str) -> Effects:
        """Do what is asked for under sequencer q. It must be safe before we say so."""
        if q in self.journal:
            return DISABLED
        if not self.fresh(q):
            return DISABLED
        self.journal.append(q)
        return Persist("journal", [[e.grant, e.gen, e.mode] for e in self.journal]), Send(sender, Done(q.grant, True))

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Operation(q):
                return self.store(q, sender) or (Send(sender, Done(q.grant, q in self.journal)),)
        return ()

    def fresh(self, q: Sequencer) -> bool:
        """No later holder has been here."""
        return all(entry.gen <= q.gen for entry in self.journal)
