"""What clients build of nodes, sessions and watches: lock, election, barrier, and a few small things.

A recipe is a generator. It yields what it wants (`Ask` for a change, `Get` a target, `Wait` for the watch on it,
`Sleep`) and is given what came of it: a `Result`, a view (a set of names, or of one node or none), nothing. It ends
with the session, wherever it is then.

The last six read and change one node. Their answer is a dict:

    answer    create, set, delete: whether it was done; get, peek, watch: [data, version], or None if there is no node
    at        the position up to which the session has seen the changes
    changed   of a node that was read: the position at which it was changed last

Source: P. Hunt, M. Konar, F. Junqueira, B. Reed, "ZooKeeper: wait-free coordination for Internet-scale systems", USENIX
ATC 2010, section 2.4 (simple locks without herd effect, double barrier).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyimpl.zookeeper.messages import NONE, Name, Op, Target, Znode


@dataclass(frozen=True, slots=True)
class Ask:
    """Have a change made. Gives a `Result`; or nothing and at once, if not to wait for it: what is read next comes
    after it all the same."""

    op: Op
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Get:
    """Read a target, and watch it. Gives its view."""

    target: Target
    watch: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until the watch on the target, set before, has gone off."""

    target: Target


@dataclass(frozen=True, slots=True)
class Sleep:
    """Do something else for so long."""

    time_ms: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Gives, at once, the position up to which the session has seen the changes."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a change: whether it was made, and the name of the node that it made."""

    done: bool
    name: Name | None


Want: TypeAlias = Ask | Get | Wait | Sleep | Seen
Recipe: TypeAlias = Generator[Want, Any, Any]


def everything(directory: str) -> Target:
    """All nodes of a directory."""
    return (directory, NONE)


def stand_in_line(directory: str, data: str = "") -> Generator[Want, Any, Name]:
    """Stand in line in a directory, and wait until nobody is before us; gives our node.

    We watch who is just before us and nobody else, so that one who goes wakes one. Whoever is before us stood there
    before us, so we see him: what we read is as new as our own node.
    """
    made = yield Ask(Op("sequence", base=directory, ephemeral=True, data=data))
    own: Name = made.name
    while True:
        names = yield Get(everything(directory))
        before = max((name for name in names if 0 < name[1] < own[1]), default=None)
        if before is None:
            return own
        if (yield Get(before, watch=True)):
            yield Wait(before)


def lock(me: str, directory: str, hold_ms: int) -> Recipe:
    """Hold the lock for a while. Gives the fencing token: the position at which our node was made.

    Who holds the lock may find out late that its session is closed and the lock another's. Hence the token: whatever
    the lock protects must refuse one lower than it has seen (see `specs/lock`).
    """
    own = yield from stand_in_line(directory)
    nodes = yield Get(own)
    yield Sleep(hold_ms)
    yield Ask(Op("delete", name=own))
    return max((node.made for node in nodes), default=0)


def elect(me: str, directory: str) -> Recipe:
    """Be the leader, as long as the session lasts. Gives our node's number, when we are."""
    own = yield from stand_in_line(directory, me)
    return own[1]


def leader(me: str, directory: str) -> Recipe:
    """Who leads, after all that was done before; "None" if nobody does."""
    yield Ask(Op("sync"), wait=False)
    names = yield Get(everything(directory))
    first = min((name for name in names if name[1] > 0), default=None)
    node = (yield Get(first)) if first is not None else ()
    return next((n.data for n in node), NONE)


def barrier(me: str, directory: str, size: int) -> Recipe:
    """Go on when `size` have come. The last to come makes the node that the others wait for."""
    yield Ask(Op("sequence", base=directory, ephemeral=True))
    ready = (directory, 0)
    while True:
        if (yield Get(ready, watch=True)):
            return "together"
        names = yield Get(everything(directory))
        if len(names) >= size:
            yield Ask(Op("create", base=directory))
        else:
            yield Wait(ready)


def add(me: str, directory: str, number: int) -> Recipe:
    """Add a number to the one that a node holds, whatever others do meanwhile. Gives the sum."""
    name = (directory, 0)
    while True:
        nodes = yield Get(name)
        if not nodes:
            made = yield Ask(Op("create", base=directory, data=str(number)))
            if made.done:
                return number
            continue
        (node,) = nodes
        total = int(node.data) + number
        made = yield Ask(Op("set", name=name, version=node.version, data=str(total)))
        if made.done:
            return total


def look(me: str, directory: str) -> Recipe:
    """What a node holds after all that was done before."""
    yield Ask(Op("sync"), wait=False)
    nodes = yield Get((directory, 0))
    return next((node.data for node in nodes), NONE)


def quit_service(me: str) -> Recipe:
    """Close the session."""
    yield Ask(Op("close"))


# ---- one node, that clients name ----


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
    return (yield from read(path, watched=False))


def watch(me: str, path: str) -> Recipe:
    """The same, and watch it."""
    return (yield from read(path, watched=True))


def read(path: str, watched: bool) -> Recipe:
    """Read a node."""
    found: frozenset[Znode] = yield Get((path, 0), watched)
    node = next(iter(found), None)
    if node is None:
        return (yield from told(None))
    return (yield from told([node.data, node.version])) | {"changed": node.changed}


def told(answer: Any) -> Recipe:
    """The answer, and how far the session has seen."""
    at = yield Seen()
    return {"answer": answer, "at": at}


RECIPES: dict[str, Callable[..., Recipe]] = {
    "lock": lock,
    "elect": elect,
    "leader": leader,
    "barrier": barrier,
    "add": add,
    "look": look,
    "quit": quit_service,
    "create": create,
    "set": set_data,
    "delete": delete,
    "get": get,
    "peek": peek,
    "watch": watch,
}
