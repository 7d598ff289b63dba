"""What all servers keep a copy of: nodes and sessions, as they are after a number of changes.

A `Tree` is never altered: `after(n, x)` gives the next one. Pair it with `specs/zookeeper/ZooKeeper.tla`, section "What
changes do": the same definitions in the same order. Everything in it follows from the changes and their order, so equal
positions are equal trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyimpl.zookeeper.messages import NONE, Change, Name, State, Target, Znode


@dataclass(frozen=True)
class Tree:
    """`nodes` by name, `sessions` by client; `last`: the last number given in a directory; `changed`: the position at
    which there were last other nodes in it."""

    nodes: Mapping[Name, Znode] = field(default_factory=dict)
    sessions: Mapping[str, State] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)

    def session(self, c: str) -> State:
        """The session of client c."""
        return self.sessions.get(c, State())

    def alive(self, c: str) -> bool:
        """Whether it is open."""
        return self.session(c).status == "open"

    # ---- what changes do, in the spec's order ----

    def due(self, x: Change) -> bool:
        """Whether the sessions allow for x, next. What was done before is not done again."""
        match x.op.type:
            case "open":
                return self.session(x.session).status == "none"
            case "expire":
                return self.alive(x.session)
        return self.alive(x.session) and x.number > self.session(x.session).number

    def works(self, x: Change) -> bool:
        """Whether it comes to what was asked for."""
        match x.op.type:
            case "create":
                return (x.op.base, 0) not in self.nodes
            case "set" | "delete":
                node = self.nodes.get(x.op.name) if x.op.name else None
                return node is not None and x.op.version in (None, node.version)
        return True

    def next_number(self, b: str) -> int:
        """The number that a node made in sequence is given."""
        return self.last.get(b, 0) + 1

    def made_name(self, x: Change) -> Name | None:
        """The name of the node that x makes, if it makes one."""
        match x.op.type:
            case "create":
                return (x.op.base, 0)
            case "sequence":
                return (x.op.base, self.next_number(x.op.base))
        return None

    def nodes_after(self, n: int, x: Change) -> dict[Name, Znode]:
        """The nodes after x, which stands at position n and works."""
        nodes, name = dict(self.nodes), self.made_name(x)
        if name is not None:
            nodes[name] = Znode(name, x.session if x.op.ephemeral else NONE, 0, n, n, x.op.data)
        elif x.op.type == "set" and x.op.name is not None:
            old = nodes[x.op.name]
            nodes[x.op.name] = replace(old, version=old.version + 1, changed=n, data=x.op.data)
        elif x.op.type == "delete" and x.op.name is not None:
            del nodes[x.op.name]
        elif x.op.type in ("close", "expire"):
            nodes = {k: node for k, node in nodes.items() if node.owner != x.session}
        return nodes

    def session_after(self, x: Change, done: bool) -> State:
        """The session of x after it, if it is done or not."""
        was = self.session(x.session)
        status = {"open": "open", "close": "closed", "expire": "closed"}.get(x.op.type, was.status)
        number = was.number if x.op.type == "expire" else x.number
        return State(status, number, done, self.made_name(x) if done else None)

    def after(self, n: int, x: Change) -> Tree:
        """The tree after the change x, at position n."""
        if not self.due(x):
            return self
        done = self.works(x)
        nodes = self.nodes_after(n, x) if done else dict(self.nodes)
        last = {x.op.base: self.next_number(x.op.base)} if x.op.type == "sequence" else {}
        other = {name[0] for name in nodes.keys() ^ self.nodes.keys()}
        return type(self)(
            nodes,
            {**self.sessions, x.session: self.session_after(x, done)},
            {**self.last, **last},
            {**self.changed, **dict.fromkeys(other, n)},
        )

    def view(self, w: Target) -> frozenset[Any]:
        """What a read of w gives: the node, if there is one; or the names in the directory."""
        b, number = w
        if number == NONE:
            return frozenset(name for name in self.nodes if name[0] == b)
        node = self.nodes.get((b, int(number)))
        return frozenset() if node is None else frozenset({node})

    def changed_at(self, w: Target) -> int:
        """A position not before the last one at which w has changed. Of a node that is not there it is known only
        when its directory has."""
        b, number = w
        node = None if number == NONE else self.nodes.get((b, int(number)))
        return self.changed.get(b, 0) if node is None else node.changed

    # ---- on disk ----

    def image(self) -> Any:
        """As JSON; `Tree.of(image)` is equal to this one."""
        return {
            "nodes": [[*n.name, n.owner, n.version, n.made, n.changed, n.data] for n in self.nodes.values()],
            "sessions": {c: [s.status, s.number, s.done, s.name] for c, s in self.sessions.items()},
            "last": dict(self.last),
            "changed": dict(self.changed),
        }

    @classmethod
    def of(cls, image: Any) -> Tree:
        """From JSON; None is the empty one."""
        if image is None:
            return cls()
        nodes = {(b, k): Znode((b, k), *rest) for b, k, *rest in image["nodes"]}
        sessions = {
            c: State(status, number, done, (name[0], name[1]) if name else None)
            for c, (status, number, done, name) in image["sessions"].items()
        }
        return cls(nodes, sessions, image["last"], image["changed"])
