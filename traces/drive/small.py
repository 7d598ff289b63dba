"""The small models along which the pairs are driven.

A `Small` says how the implementation is made smaller (fewer nodes), which values the spec's constants then have, what
clients may ask, and what bounds the graph. `constants` are those of the graph; `wide` those of the spec that judges,
with more numbers, so that an implementation that goes on beyond the graph is not refused for that.

Whoever adds a pair adds an entry; a pair without one is not driven, and `tlapair drive` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from modelcheck.errors import TlaError
from pyimpl.kernel.protocol import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import Weather
from pyimpl.sim.world import MakeNode, World
from traces.drive.stage import Request
from traces.jsontext import Json


@dataclass(frozen=True)
class Small:
    """One small model. `nodes`: those that remain, in order. `keywords`: what their constructors get instead.

    `requests`: what clients may ask. `inside`: a state predicate that bounds the graph. `called`: actions whose method
    may be called when no event leads to the step, because a node may take them whenever their guards hold. `unforced`:
    why steps of an action may remain that the implementation cannot be made to take. `unseen`: why a twin is not
    caught by driving.
    """

    nodes: tuple[str, ...]
    constants: dict[str, Json]
    wide: dict[str, Json] = field(default_factory=dict)
    keywords: dict[str, Any] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    inside: str = "TRUE"
    called: frozenset[str] = frozenset()
    unforced: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    moves: int = 5000


def world_of(protocol: Protocol, small: Small, faulty: str | None) -> World:
    """The implementation with the nodes of the small model, and nobody yet doing anything."""
    made = protocol.build(Choices.replay(()), frozenset(), faulty).make
    make = {name: _narrowed(made[name], small.keywords) for name in small.nodes}
    return World(make, protocol.mapping, Choices.replay(()), Weather(), environment=protocol.environment)


def _narrowed(make: MakeNode, keywords: Mapping[str, Any]) -> MakeNode:
    """The same constructor with other values for those keywords that it has."""
    if not isinstance(make, partial):
        return make
    return partial(make.func, *make.args, **{k: keywords.get(k, v) for k, v in make.keywords.items()})


def small_of(name: str) -> Small:
    """The small model of a pair. Raises TlaError T033 when it has none."""
    if name not in SMALL:
        raise TlaError(
            "T033", f"no small model of {name} is given to drive it along", mend=f"there is one for {', '.join(SMALL)}"
        )
    return SMALL[name]()


def _set(*values: Json) -> Json:
    return {"#set": list(values)}


def _upto(n: int, first: int = 1) -> Json:
    return _set(*range(first, n + 1))


def _names() -> Json:
    """The names of transactions: the number of the start, and of the transaction since then."""
    return _set(*(f"t{start}_{n}" for start in range(60) for n in range(1, 10)))


def _twophase() -> Small:
    rms = ("r1", "r2")
    return Small(
        ("tm", *rms),
        {"RM": _set(*rms), "TM": "tm", "MayCrash": _set("tm", *rms)},
        keywords={"rms": rms},
        requests=(Request("tm", 1, "commit"), Request("r1", 2, "fail"), Request("r2", 3, "fail")),
    )


def _paxos() -> Small:
    servers = ("a1", "a2")
    return Small(
        servers,
        {"Acceptor": _set(*servers), "Quorum": _set(_set(*servers)), "Value": _set("v1", "v2"), "Ballot": _upto(1, 0)},
        wide={"Ballot": _upto(60, 0)},
        keywords={"peers": servers},
        requests=(Request("a1", 1, "v1"), Request("a2", 2, "v2"), Request("a1", 3, "v2"), Request("a2", 4, "v1")),
        unseen={"VoteIsNoPromise": "both acceptors are the only quorum, so whoever votes in a ballot has promised it"},
    )


def _lock() -> Small:
    clients = ("c1", "c2")
    return Small(
        (*clients, "lock", "store"),
        {"Client": _set(*clients), "Token": _upto(1)},
        wide={"Token": _upto(60)},
        requests=tuple(Request(c, 10 * k + n, "write") for k, c in enumerate(clients) for n in range(2)),
    )


def _detector() -> Small:
    members = ("m1", "m2")
    return Small(
        members,
        {"Member": _set(*members), "Incarnation": _upto(1, 0)},
        wide={"Incarnation": _upto(60, 0)},
        keywords={"peers": members},
        requests=(Request("m1", 1, "m2"), Request("m2", 2, "m1")),
        # m1 checks m2; nobody is down in a later life, or suspected in one
        inside=(
            "/\\ \\A p \\in Member : up[p] \\/ inc[p] = 0\n"
            '/\\ \\A m \\in msgs : /\\ m.type = "check" => m.from = CHOOSE p \\in Member : TRUE\n'
            '                   /\\ m.type = "suspect" => m.inc = 0'
        ),
        called=frozenset({"Believe"}),
        unforced={
            "Believe": "who suspects another tells nobody who does not suspect it, of two members; it is only met "
            "when the accuser crashes and hears of its own accusation"
        },
        moves=1200,
    )


def _retry() -> Small:
    clients = ("c1", "c2", "c3")
    return Small(
        (*clients, "server"),
        {"Number": _upto(1), "Command": _set("add", "sub")},
        wide={"Number": _upto(60)},
        requests=tuple(
            Request(c, 10 * k + n, what) for k, c in enumerate(clients) for n, what in enumerate(("add", "sub"))
        ),
    )


def _register() -> Small:
    servers, clients = ("s1", "s2"), ("c1",)
    return Small(
        (*clients, *servers),
        {
            "Server": _set(*servers),
            "Quorum": _set(_set(*servers)),
            "Client": _set(*clients),
            "Owner": ["c1"],
            "Turn": _upto(1),
            "Value": _set("v1"),
        },  # one operation of each client
        wide={"Owner": ["c1"] * 60, "Turn": _upto(60)},
        keywords={"servers": servers, "clients": clients, "peers": servers},
        unseen={
            "StampReused": "a client has to crash in a write, and to write again before a server has stored the first: "
            "in the small model it has one operation, and at random that was not met"
        },
        requests=tuple(
            Request(c, 100 * k + n, command)
            for k, c in enumerate(clients)
            for n, command in enumerate(
                [("write", level, "v1") for level in ("atomic", "regular", "one")]
                + [("read", level) for level in ("atomic", "regular", "one")]
            )
        ),
    )


def _primarybackup() -> Small:
    servers = ("s1", "s2")
    return Small(
        ("mon", *servers),
        {"Server": _set(*servers), "Number": _upto(2, 0), "Value": _set("w1")},
        wide={"Number": _upto(60, 0)},
        keywords={"servers": servers},
        requests=(
            Request("s1", 1, ("write", "w1")), Request("s2", 2, ("write", "w1")),
            Request("s1", 3, ("read",)), Request("s2", 4, ("read",)), Request("mon", 5, "switch"),
        ),
    )  # fmt: skip


def _raft() -> Small:
    servers = ("s1", "s2")
    return Small(
        servers,
        {"Server": _set(*servers), "Initial": _set(*servers), "Value": _set("c1_1"), "Term": _upto(1),
         "Index": _upto(2), "PreVote": True},
        wide={"Term": _upto(60), "Index": _upto(60)},
        keywords={"everyone": servers, "initial": servers},
        requests=tuple(
            Request(s, 10 * k + n, command) for k, s in enumerate(servers)
            for n, command in enumerate((("c1", 1, ("add", "x", 1)), ("leave", "s1"), ("leave", "s2")))
        ),
        # s1 leads; it sends entries one by one, and what is committed with the next one
        inside=(
            "LET First == CHOOSE s \\in Server : TRUE\n"
            "IN /\\ \\A i \\in Server : role[i] = \"follower\" \\/ i = First\n"
            "   /\\ \\A m \\in msgs : /\\ m.type = \"AskPreVote\" => m.from = First\n"
            "                      /\\ m.type = \"Append\" => Len(m.entries) = 1 /\\ m.commit = m.prev"
        ),
        called=frozenset({"StepDown", "Compact", "SendSnapshot"}),
        unforced={
            "AcceptEntries": "a leader sends nothing to a server that its last configuration leaves out",
            "Compact": "not met in the moves that were tried: s2 hears with the next entry only what is committed",
            "InstallSnapshot": "not met in the moves that were tried: s2 has to crash just before the snapshot arrives",
        },
    )  # fmt: skip


def _zab() -> Small:
    servers = ("s1", "s2")
    return Small(
        servers,
        {"Server": _set(*servers), "Value": _set("c1_1"), "Epoch": _upto(1), "Index": _upto(1)},
        wide={"Epoch": _upto(60), "Index": _upto(60)},
        keywords={"everyone": servers},
        requests=tuple(Request(s, k, ("c1", 1, ("add", "x", 1))) for k, s in enumerate(servers)),
        # s2 leads, as the election has it, and does not give up once it has proposed
        inside=(
            "LET First == CHOOSE s \\in Server : TRUE  Last == CHOOSE s \\in Server : s # First\n"
            "IN /\\ \\A i \\in Server : leader[i] \\in {None, Last}\n"
            '   /\\ \\A m \\in msgs : m.type = "Propose" => leader[Last] = Last'
        ),
        called=frozenset({"Compact"}),
        unforced={"AcceptHistory": "a leader sends its whole history only to a server that lacks what it has cut off"},
        unseen={
            "LeadsFromBehind": "two servers are a majority only together, so none that leads is behind",
            "KeepsTail": "two servers are a majority only together, so none has what another leader does not know",
        },
        moves=3000,
    )


def _hashing() -> Small:
    from pyimpl.hashing.ring import Ring

    servers, members = ("s1", "s2", "s3"), ("s1", "s2")
    ring = Ring(servers)
    key = next(k for k in (f"k{n}" for n in range(1, 100)) if ring.home(k) == 2)  # before two places of one server
    return Small(
        ("reg", *servers),
        {"Node": _set(*servers), "Key": _set(key), "Number": _upto(2), "Places": list(ring.places),
         "Home": {key: ring.home(key) + 1}, "Copies": 2, "Members": _set(*members)},
        wide={"Number": _upto(60)},
        keywords={"servers": servers, "members": members, "ring": ring},
        requests=(
            *(Request(s, n, ("put", key, "text")) for n, s in enumerate(servers)),
            *(Request(s, 10 + n, "fail", only_if=("Fail", (("n", s),))) for n, s in enumerate(servers)),
            *(Request("reg", 20 + n, ("join", s)) for n, s in enumerate(servers)),
            *(Request("reg", 30 + n, ("leave", s)) for n, s in enumerate(servers)),
        ),
        # a disk is lost before the ring changes, with nothing on it; the ring changes once the key is stored
        inside=(
            "/\\ \\A n \\in Node : ~alive[n] => rings[1].gone = {} /\\ data[n] = {}\n"
            "/\\ Len(rings) = 2 => Cardinality(acked) = 1"
        ),
        called=frozenset({"Offer", "Drop"}),
        unforced={"Drop": "a server that is no owner has the item only after others have left the ring"},
        moves=4000,
    )  # fmt: skip


def _versions() -> Small:
    servers, clients = ("s1", "s2"), ("c1", "c2")
    return Small(
        (*clients, *servers),
        {"Server": _set(*servers), "Client": _set(*clients), "Turn": _upto(1), "Value": _set("v1")},
        wide={"Turn": _upto(60)},
        keywords={"servers": servers, "clients": clients, "peers": servers},
        requests=tuple(
            Request(c, 10 * k + n, command)
            for k, c in enumerate(clients)
            for n, command in enumerate((("write", "v1"), ("read",), ("write", "v1"), ("read",)))
        ),
    )


def _snapshot() -> Small:
    procs = ("p1", "p2")
    return Small(
        ("keeper", *procs),
        {"Proc": _set(*procs), "Start": 1},
        keywords={"procs": procs, "start": 1},
        requests=tuple(
            Request(p, 10 * k + n, ("send", q, n)) for k, (p, q) in enumerate((procs, procs[::-1])) for n in (1, 2)
        ),
        # one snapshot and one restart, because of p1; each sends tokens once, before that
        inside=(
            "/\\ current =< 1 /\\ begun =< 1\n"
            '/\\ \\A m \\in msgs : /\\ m.type \\in {"begin", "token"} => m.epoch = 0\n'
            '                   /\\ m.type = "token" => m.seq = 1\n'
            '                   /\\ m.type = "lost" => m.proc = CHOOSE p \\in Proc : TRUE'
        ),
    )


def _presumedabort() -> Small:
    rms = ("r1", "r2")
    return Small(
        ("tm", *rms),
        {"Txn": _set("t0_1"), "RM": _set(*rms), "TM": "tm", "MayCrash": _set("tm", *rms)},
        wide={"Txn": _names()},
        keywords={"rms": rms},
        requests=(Request("tm", 1, ("commit",)), Request("r1", 2, ("fail",)), Request("r2", 3, ("fail",))),
    )


def _wal() -> Small:
    write = (("a", "v1"),)
    return Small(
        ("store",),
        {"Txn": _set("t0_1", "t0_2"), "Page": _set("a"), "Value": _set("v1")},
        wide={"Txn": _names()},
        keywords={"names": ("a",)},
        requests=tuple(Request("store", n, (ends, write)) for n, ends in enumerate(("commit", "abort", "commit"))),
        inside="Len(log) =< 3",
        unseen={
            "HolesSkipped": "the disk of a driven run loses what was not flushed, all of it: it has no holes",
            "TornPageRead": "the disk of a driven run loses what was not flushed, all of it: no page is torn",
        },
    )


def _multipaxos() -> Small:
    servers, clients = ("s1", "s2"), ("c1", "c2", "c3", "c4", "c5")
    return Small(
        servers,
        {"Server": _set(*servers), "Command": _set("c1_1"), "Ballot": _upto(2), "Owner": _owners(servers, 2),
         "Slot": _upto(1)},
        wide={"Command": _set(*(f"{c}_1" for c in clients)), "Ballot": _upto(60), "Owner": _owners(servers, 60),
              "Slot": _upto(60)},
        keywords={"servers": servers},
        requests=tuple(
            Request(s, 10 * k + n, (c, 1, ("add", "x", n)))
            for k, s in enumerate(servers) for n, c in enumerate(clients)
        ),
        # a leader fills holes with nothing; of one slot there are none
        inside='\\A m \\in msgs : m.type = "2a" => m.val # Noop',
        called=frozenset({"Compact", "SendSnapshot"}),
        unseen={
            "FirstVoteWins": "two servers are a majority only together, so each leader hears of every vote, and there "
            "are no votes for different values in one slot"
        },
    )  # fmt: skip


def _owners(servers: tuple[str, ...], n: int) -> Json:
    """Whose each of the ballots up to n is: in turn."""
    return {"#map": [[b, servers[(b - 1) % len(servers)]] for b in range(1, n + 1)]}


SMALL: dict[str, Callable[[], Small]] = {
    "twophase": _twophase,
    "paxos": _paxos,
    "lock": _lock,
    "detector": _detector,
    "retry": _retry,
    "register": _register,
    "primarybackup": _primarybackup,
    "raft": _raft,
    "zab": _zab,
    "hashing": _hashing,
    "versions": _versions,
    "snapshot": _snapshot,
    "presumedabort": _presumedabort,
    "wal": _wal,
    "multipaxos": _multipaxos,
}
