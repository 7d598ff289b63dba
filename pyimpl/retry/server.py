"""A server that carries out each call once.

Takes `Call` of clients; gives `Apply((client, command))` once for each call, and an answer as often as it is asked.
Pair it with `specs/retry/Retry.tla`. Durable are the journal and the table of sessions, one record: that a call was
carried out and that it is known to have been are one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyimpl.kernel import DISABLED, Apply, Effects, Node, Persist, Send, action
from pyimpl.retry.messages import Answer, Call
from pyimpl.retry.sessions import Sessions


class Server(Node):
    """The one server."""

    role = "server"

    def recover(self, records: Mapping[str, Any]) -> None:
        journal, sessions = records.get("server", ((), ()))
        self.journal: list[tuple[str, int, str]] = [tuple(entry) for entry in journal]
        self.sessions = Sessions.of(sessions)

    # ---- the action ----

    @action("Execute", witness=("m",))
    def execute(self, c: str, n: int, m: Call) -> Effects:
        """Carry out call n of client c, and answer."""
        if not self.sessions.is_new(c, n):
            return DISABLED
        self.journal.append((c, n, m.command))
        self.sessions.done(c, n, len(self.journal))
        return self.persist(), Send(c, Answer(c, n, len(self.journal))), Apply((c, m.command))

    # ---- events ----

    def on_message(self, sender: str, message: Any) -> Effects:
        match message:
            case Call(client, seq, _):
                return self.execute(client, seq, message) or self.answer(client, seq)
        return ()

    # ---- what they need ----

    def answer(self, c: str, n: int) -> Effects:
        """The answer again: it may have been lost."""
        result = self.sessions.answer(c, n)
        return () if result is None else (Send(c, Answer(c, n, result)),)

    def persist(self) -> Persist:
        return Persist("server", (tuple(self.journal), self.sessions.as_record()))
