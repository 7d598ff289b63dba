"""What clients may ask: in words, as a person types them, and as the commands that nodes take."""

from __future__ import annotations

from typing import Any, Protocol


class Speech(Protocol):
    """The language of one service. `help` names its sentences."""

    help: str

    def command(self, words: list[str], client: str, number: int) -> Any:
        """The command that a person means, as number `number` of `client`; None when it is none."""

    def valid(self, command: Any) -> bool:
        """Whether JSON from a client is a command."""


class KeyValueSpeech:
    """Commands of `pyimpl.kernel.machine`; with `servers` also reads past the log, and changes of the cluster.

    Words that are numbers are numbers, `none` is None, all else is text.
    """

    def __init__(self, servers: tuple[str, ...] | None = None) -> None:
        self.servers = servers
        more = " | read KEY | join SERVER | leave SERVER" if servers is not None else ""
        self.help = "put KEY VALUE | add KEY NUMBER | cas KEY OLD NEW | get KEY" + more

    def command(self, words: list[str], client: str, number: int) -> Any:
        """See `Speech`."""
        what = operation(words)
        command: Any = what if what and what[0] in ("read", "join", "leave") else [client, number, what]
        return command if self.valid(command) else None

    def valid(self, command: Any) -> bool:
        """See `Speech`."""
        match command:
            case ["read", str()]:
                return self.servers is not None
            case ["join" | "leave", str(server)]:
                return self.servers is not None and server in self.servers
            case [str(), int(), ["put", str(), value]]:
                return _plain(value)
            case [str(), int(), ["add", str(), value]]:
                return type(value) is int
            case [str(), int(), ["cas", str(), old, new]]:
                return _plain(old) and _plain(new)
            case [str(), int(), ["get", str()]]:
                return True
        return False


class ZnodeSpeech:
    """Commands of `pyimpl.zookeeper.library`, on nodes like /k1. A VERSION of `none` is any."""

    help = (
        "create PATH DATA | set PATH DATA VERSION | delete PATH VERSION | get PATH | peek PATH | "
        "lock PATH MS | elect PATH | leader PATH | quit"
    )

    def command(self, words: list[str], client: str, number: int) -> Any:
        """See `Speech`."""
        command = [client, number, operation(words)]
        return command if self.valid(command) else None

    def valid(self, command: Any) -> bool:
        """See `Speech`."""
        match command:
            case [str(), int(), ["create", str(path), value]]:
                return _path(path) and type(value) in (int, str)
            case [str(), int(), ["set", str(path), value, version]]:
                return _path(path) and type(value) in (int, str) and _version(version)
            case [str(), int(), ["delete", str(path), version]]:
                return _path(path) and _version(version)
            case [str(), int(), ["lock", str(path), hold_ms]]:
                return _path(path) and type(hold_ms) is int and hold_ms >= 0
            case [str(), int(), ["get" | "peek" | "elect" | "leader", str(path)]]:
                return _path(path)
            case [str(), int(), ["quit"]]:
                return True
        return False


def _path(path: str) -> bool:
    """Whether there is such a directory: they are fixed."""
    from pyimpl.zookeeper.mapping import BASES

    return path in BASES


def _version(version: Any) -> bool:
    return version is None or (type(version) is int and version >= 0)


def operation(words: list[str]) -> list[Any]:
    """What the words ask for: the first two as they are, what follows as values."""
    return [*words[:2], *map(_literal, words[2:])]


def _plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, str)


def _literal(word: str) -> Any:
    if word == "none":
        return None
    return int(word) if word.removeprefix("-").isdecimal() else word
