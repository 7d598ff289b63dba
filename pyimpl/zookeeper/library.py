"""A client as a process beside the programs that use it: they ask it over a connection, and perhaps again.

A command is `[program, number, [recipe, argument, …]]`: one that is asked again with its number is under way still, or
was answered. Beside the recipes of `recipes` there are five that read and change one node, `/k1` or another that
clients name. Their answer is a dict:

    answer    create, set, delete: whether it was done; get, peek: [data, version], or None if there is no such node
    at        the position up to which the session has seen the changes
    changed   of a node that was read: the position at which it was changed last

`get` comes after a sync and sees all that was answered before it was asked; `peek` sees what the server has, never less
than its session has seen before.
"""

from __future__ import annotations

from typing import Any

from pyimpl.kernel import Effects, Reply, Request
from pyimpl.zookeeper.client import Client
from pyimpl.zookeeper.messages import Op, Znode
from pyimpl.zookeeper.recipes import RECIPES, Ask, Get, Recipe, Seen


class Library(Client):
    """See above."""

    recipes = RECIPES

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


def create(me: str, path: str, data: Any) -> Recipe:
    """Make a node that stays, if there is none."""
    made = yield Ask(Op("create", base=path, data=str(data)))
    return (yield from told(made.done))


def set_data(me: str, path: str, data: Any, version: int | None) -> Recipe:
    """Change a node, if it has that version."""
    made = yield Ask(Op("set", name=(path, 0), version=version, data=str(data)))
    return (yield from told(made.done))


def delete(me: str, path: str, version: int | None) -> Recipe:
    """Delete a node, if it has that version."""
    made = yield Ask(Op("delete", name=(path, 0), version=version))
    return (yield from told(made.done))


def get(me: str, path: str) -> Recipe:
    """Read a node after a sync."""
    yield Ask(Op("sync"), wait=False)
    return (yield from peek(me, path))


def peek(me: str, path: str) -> Recipe:
    """Read a node as our server has it."""
    found: frozenset[Znode] = yield Get((path, 0))
    node = next(iter(found), None)
    if node is None:
        return (yield from told(None))
    return (yield from told([node.data, node.version])) | {"changed": node.changed}


def told(answer: Any) -> Recipe:
    """The answer, and how far the session has seen."""
    at = yield Seen()
    return {"answer": answer, "at": at}


Library.recipes = RECIPES | {"create": create, "set": set_data, "delete": delete, "get": get, "peek": peek}
