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
from pyimpl.kernel.mapping import Mapping as Table
from pyimpl.kernel.protocol import Protocol
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import Weather
from pyimpl.sim.world import MakeNode, World
from traces.drive.stage import Request
from traces.jsontext import Json


@dataclass(frozen=True)
class Small:
    """One small model. `nodes`: those that remain, in order. `keywords`: what their constructors get instead.

    `mapping`: if the protocol's is not for so few nodes. `requests`: what clients may ask. `inside`: a state predicate
    that bounds the graph. `called`: actions whose method may be called when no event leads to the step, because a node
    may take them whenever their guards hold. `unforced`: why steps of an action may remain that the implementation
    cannot be made to take. `unseen`: why a twin is not caught by driving. `without`: actions that the graph leaves out,
    and why.

    For implementations with much in them that the spec does not have: `flows`, messages are delivered as they were
    sent, and timers fire in turn, unless there is a reason for something else; `clocked`, timers fire only when they
    are due by clocks that differ by a quarter at most, as in the simulated world; `later`, these nodes start when a
    move starts them; `episode`, the moves of a run at most.
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
    without: Mapping[str, str] = field(default_factory=dict)
    mapping: Table | None = None
    flows: bool = False
    clocked: bool = False
    later: tuple[str, ...] = ()
    episode: int = 60
    moves: int = 5000


def world_of(protocol: Protocol, small: Small, faulty: str | None) -> World:
    """The implementation with the nodes of the small model, and nobody yet doing anything."""
    made = protocol.build(Choices.replay(()), frozenset(), faulty).make
    make = {name: _narrowed(made[name], small.keywords) for name in small.nodes}
    return World(
        make, small.mapping or protocol.mapping, Choices.replay(()), Weather(), environment=protocol.environment
    )


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


ZOOKEEPER = r"""
LET First == CHOOSE s \in Server : TRUE
    Asks(o) == \E m \in msgs : m.type = "Request" /\ m.op.type = o
    Reads   == \E m \in msgs : m.type = "Read"
    moved   == \E c \in Session : link[c].number > 1
    down    == life[First] = 2
IN /\ Cardinality(log) =< 2 /\ \A d, e \in log : d.change = e.change => d = e
   /\ \A s \in Server : life[s] =< 2 /\ (life[s] = 2 => s = First)
   /\ down => ~ moved
   /\ down \/ moved => ~ Asks("create") /\ ~ Asks("close") /\ ~ Asks("expire") /\ ~ Reads
   /\ Asks("close") => ~ Asks("create") /\ ~ Reads
   /\ Asks("expire") => ~ Asks("create") /\ ~ Asks("close") /\ ~ Reads /\ \A c \in Session : status[c] = "closed"
   /\ Cardinality({m \in msgs : m.type = "Read"}) =< 1
   /\ Cardinality({m \in msgs : m.type = "Data"}) =< 1
   /\ \A m \in msgs :
        /\ m.type = "Connect" => m.link =< 2 /\ (m.to = First <=> m.link = 1)
        /\ m.type = "Request" =>
             m.op \in {[type |-> "open"], [type |-> "close"], [type |-> "expire"],
                       [type |-> "create", base |-> CHOOSE b \in Base : TRUE, ephemeral |-> FALSE]}
        /\ m.type = "Read" => m.watch /\ m.target[2] = 0
        /\ m.type = "Read" /\ (\E k \in msgs : k.type = "Request" /\ k.number > m.after) =>
             \E d \in msgs : d.type = "Data" /\ d.after = m.after
"""
"""What a client asks for, one thing at a time; whether its session is closed for nobody hears of it, when it has gone;
a crash of the first server, and the way to the second, before it has asked for anything."""


def _zookeeper() -> Small:
    from pyimpl.zookeeper.mapping import mapping_of

    servers, base = ("s1", "s2"), "/k1"
    return Small(
        ("c1", *servers),
        {"Server": _set(*servers), "Session": _set("c1"), "Base": _set(base), "Number": _upto(0, 0),
         "Version": _upto(0, 0)},
        wide={"Number": _upto(60, 0), "Version": _upto(60, 0)},
        keywords={"everyone": servers, "servers": servers},
        mapping=mapping_of(("c1",), (base,)),
        requests=tuple(
            Request("c1", n, command)
            for n, command in enumerate((("create", base, "x"), ("watch", base), ("quit",)))
        ),
        # the client goes from s1 to s2; s1 may crash, once
        inside=ZOOKEEPER,
        without={"Load": "two servers are a majority only together, so none lacks what the other has cut off"},
        unforced={
            "Expire": "only the leader closes sessions: of two servers that have come as far, the second",
        },
        unseen={
            "LateCreate": "the client does not leave while a change of it is under way",
            "MissesBriefNodes": "nothing is deleted in the small model",
            "NumberReused": "no nodes are made in sequence in the small model",
            "TakesAnyone": "the server to which the client goes leads, and so is not behind",
            "ReadsOvertake": "the client has one command under way: none of its changes is done while it reads",
        },
        flows=True,
        clocked=True,
        later=("c1",),
        episode=250,
        moves=7_000,
    )  # fmt: skip


CHUBBY = r"""
LET Master == CHOOSE s \in Server : s # CHOOSE t \in Server : TRUE
    Asked  == {m.cmd : m \in {n \in msgs : n.type = "Command"}}
    Has(o) == \E k \in Asked : k.op = o
    files  == \E m \in msgs : m.type \in {"Content", "Invalidate"}
    again  == \E c \in Client : attempt[c] = 2
    ended  == \E c \in Client : status[c] = "jeopardy"
IN /\ db[Master].pos = Cardinality(log) /\ Cardinality(log) =< 4 /\ \A e \in log : e.cmd # Noop
   /\ \A s \in Server \ {Master} : acting[s] = 0
   /\ \A k \in Asked :
        /\ k.epoch = 1 /\ k.op \in {"takeover", "open", "lock", "unlock", "expire", "write"}
        /\ k.op = "takeover" => k.server = Master
        /\ k.op = "open" => k.attempt = 1
        /\ k.op = "lock" => k.mode = "exclusive"
        /\ \A j \in Asked : j.op = k.op => j = k
   /\ Cardinality(Asked \ {e.cmd : e \in log}) =< 1
   /\ \A c \in Client : attempt[c] =< 2
   /\ files => ~ Has("lock") /\ ~ Has("expire") /\ db[Master].opened = 1
   /\ \A m \in msgs : m.type = "Invalidate" => m.version = 2
   /\ Has("expire") => ~ Has("lock")
   /\ again => ~ Has("lock") /\ ~ files
   /\ ended => ~ Has("lock") /\ ~ files
   /\ acting[Master] = 0 /\ log # {} => Cardinality(log) = 1 /\ ~ Has("open") /\ ~ files
"""
"""One master, the second server, and one session, for the lock or the file; if its client fails or crashes, before it
has either, and if the master loses its place, before there is a session; the first server follows, and may crash."""


def _chubby() -> Small:
    servers = ("s1", "s2")
    return Small(
        ("c1", *servers, "f"),
        {"Server": _set(*servers), "Client": _set("c1")},
        keywords={"servers": servers, "clients": ("c1",)},
        requests=tuple(
            Request("c1", n, command) for n, command in enumerate((("lock", "exclusive"), ("read",), ("write",)))
        ),
        inside=CHUBBY,
        without={"EndDelay": "the client gives the lock back, and does not fail while it has it"},
        unforced={
            "Rescue": "not met in the moves that were tried: the session is to be in jeopardy, and not given up by "
            "its master, whose lease must last meanwhile",
            "GiveUp": "not met in the moves that were tried, for the same reason",
        },
        unseen=dict.fromkeys(
            ("NoLockDelay", "WritesAtOnce", "CachersForgotten", "LeaseIgnored"),
            "there is one client, one session and one master in the small model",
        ),
        flows=True,
        clocked=True,
        later=("c1",),
        episode=400,
        moves=10_000,
    )


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
    "zookeeper": _zookeeper,
    "chubby": _chubby,
}
