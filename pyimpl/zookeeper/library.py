"""A client as a process beside the programs that use it: they ask it over a connection, and perhaps again.

A command is `[program, number, [recipe, argument, …]]`: one that is asked again with its number is under way still, or
was answered.
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import Effects, Reply, Request
from pyimpl.zookeeper.client import Client


class Library(Client):
    """See above."""

    def __init__(self, name: str, records: Any, servers: tuple[str, ...]) -> None:
        self.asked_by: dict[
            tuple[str, int], list[int]
        ] = {}  # the requests that ask for a command, until it is answered
        self.answers: dict[str, tuple[int, Any]] = {}  # of each program, the last command that was answered
        super().__init__(name, records, servers)

    def on_request(self, request: Request) -> Effects:
        program, number, command = request.command
        last, answer = self.answers.get(program, (0, None))
        if number <= last:
            return (Reply(request.number, answer),)
        again = self.asked_by.setdefault((program, number), [])
        again.append(request.number)
        return () if len(again) > 1 else self.answered_to_all(super().on_request(Request(request.number, command)))

    def on_message(self, sender: str, message: Any) -> Effects:
        return self.answered_to_all(super().on_message(sender, message))

    def on_timer(self, name: str) -> Effects:
        return self.answered_to_all(super().on_timer(name))

    def answered_to_all(self, effects: Effects) -> Effects:
        """The same, but each answer goes to all requests that have asked for it."""
        out: list[Any] = []
        for effect in effects:
            if isinstance(effect, Reply):
                key = next(key for key, requests in self.asked_by.items() if requests[0] == effect.request)
                self.answers[key[0]] = (key[1], effect.result)
                out += [Reply(number, effect.result) for number in self.asked_by.pop(key)]
            else:
                out.append(effect)
        return tuple(out)
