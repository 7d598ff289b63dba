"""What clients do under load: the commands of one client, drawn by lot, and those that look at all there is at the end.

A work knows its abstract object (`traces.objects`), makes commands, and is told what came of them.
"""

from __future__ import annotations

import random
from typing import Any, ClassVar


class Work:
    """The commands of one client. `keys`: how many things there are; `reads`: whether reads past the log are asked."""

    kind: ClassVar[str]

    def __init__(self, choices: random.Random, keys: int, reads: bool = False) -> None:
        self.choices, self.keys, self.reads = choices, keys, reads

    def command(self, unique: str) -> list[Any]:
        """The next command; `unique` is a text that no other has."""
        raise NotImplementedError

    def heard(self, command: list[Any], answer: Any) -> None:
        """It was answered."""

    def looks(self) -> list[list[Any]]:
        """Commands that look at all there is."""
        raise NotImplementedError

    @staticmethod
    def told(answer: Any) -> dict[str, Any] | None:
        """An answer as the fields of a history's line; None if it says that nobody knows what came of it."""
        return {"answer": answer}


class KeyValueWork(Work):
    """Half of the commands change something."""

    kind = "key-value"

    def command(self, unique: str) -> list[Any]:
        """See `Work`."""
        choices = self.choices
        key = f"k{choices.randrange(self.keys) + 1}"
        what = choices.choice(("put", "add", "cas", "get", "read", "read"))
        if what == "add":
            return ["add", f"n{key}", 1]
        if what == "put":
            return ["put", key, unique]
        if what == "cas":
            return ["cas", key, None if choices.randrange(4) == 0 else f"c{choices.randrange(9) + 1}_1", unique]
        key = choices.choice((key, f"n{key}"))
        return ["read" if what == "read" and self.reads else "get", key]

    def looks(self) -> list[list[Any]]:
        """See `Work`."""
        return [["get", f"{n}k{i + 1}"] for n in ("", "n") for i in range(self.keys)]


class ZnodeWork(Work):
    """Nodes are made, changed on condition that they are as the client has seen them last, deleted, and read: after a
    `sync` (get), or as the client's server has them (peek)."""

    kind = "znodes"

    def __init__(self, choices: random.Random, keys: int, reads: bool = False) -> None:
        super().__init__(choices, keys, reads)
        self.versions: dict[str, int] = {}

    def command(self, unique: str) -> list[Any]:
        """See `Work`."""
        choices = self.choices
        path = f"/k{choices.randrange(self.keys) + 1}"
        what = choices.choice(("create", "set", "set", "set", "delete", "get", "get", "peek", "peek", "peek"))
        if what == "create":
            return ["create", path, unique]
        if what == "set":
            return ["set", path, unique, self._version(path)]
        if what == "delete" and choices.randrange(2):
            return ["delete", path, self._version(path)]
        return ["get" if what == "get" else "peek", path]

    def _version(self, path: str) -> int | None:
        """As far as we know; sometimes any."""
        return self.versions.get(path) if self.choices.randrange(4) else None

    def heard(self, command: list[Any], answer: Any) -> None:
        """See `Work`."""
        match command, answer["answer"]:
            case ["create", path, *_], True:
                self.versions[path] = 0
            case ["get" | "peek", path], [_, version]:
                self.versions[path] = version
            case ["set", path, _, int(version)], True:
                self.versions[path] = version + 1

    def looks(self) -> list[list[Any]]:
        """See `Work`."""
        return [["get", f"/k{i + 1}"] for i in range(self.keys)]

    @staticmethod
    def told(answer: Any) -> dict[str, Any] | None:
        """See `Work`. A session that was closed: the command may have been carried out before."""
        return answer if isinstance(answer, dict) else None
