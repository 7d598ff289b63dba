"""ZooKeeper in the simulator: servers agree, clients never look back, watches go off in time; and its recipes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pyimpl.kernel.effects import Reply, Send
from pyimpl.kernel.node import Received, Request, Started, TimerFired
from pyimpl.sim import FAULTS, Run, run
from pyimpl.sim.choices import Choices
from pyimpl.sim.faults import Weather
from pyimpl.sim.world import Ask, World
from pyimpl.zookeeper import PROTOCOL, clients_of, servers_of, staged
from pyimpl.zookeeper.client import MISSED_MAX, Client
from pyimpl.zookeeper.library import Library
from pyimpl.zookeeper.messages import NONE, Change, Connect, Data, Entry, News, Op, Read, State, Target, Znode, path
from pyimpl.zookeeper.recipes import Sleep
from pyimpl.zookeeper.server import Server
from pyimpl.zookeeper.tree import Tree

SERVERS = ("s1", "s2", "s3")
OPEN = Change("c1", 1, Op("open"))


def entries(result: Run) -> list[Entry]:
    """The changes in their order, each once."""
    return sorted({e for done in result.world.applied.values() for e in done}, key=lambda e: e.index)


def replayed(order: list[Entry]) -> Tree:
    tree = Tree()
    for e in order:
        tree = tree.after(e.index, e.change)
    return tree


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_runs_end_and_servers_agree(faults: tuple[str, ...]) -> None:
    taken: Counter[str] = Counter()
    tokens, sums = 0, 0
    for seed in range(60):
        result = run(PROTOCOL, seed, faults, observed=["status"])
        taken.update(event["action"] for event in result.events)
        assert result.world.done(result.world), seed
        order = entries(result)
        assert [e.index for e in order] == list(range(1, len(order) + 1)), "one order for all"
        tree = replayed(order)
        for server in servers_of(result.world):
            assert (server.applied, server.tree) == (len(order), tree), seed
        for node in tree.nodes.values():
            assert node.owner == NONE or tree.alive(node.owner)
        made = [e.index for e in order if e.change.op.type == "sequence" and e.change.op.base == "/lock"]
        told = sorted(answers(result, "lock"))
        tokens += len(told)
        assert len(told) == len(set(told)) and set(told) <= set(made), "a token is a position"
        added = answers(result, "add")
        assert len(added) == len(set(added)), "no sum is lost or seen twice"
        held = sum(int(n.data) for n in tree.nodes.values() if n.name == ("/count", 0))
        assert held >= max(added, default=0)
        sums += len(added)
    assert tokens > 10 and sums > 10
    if faults:
        assert taken.keys() == {a.name for a in PROTOCOL.actions()} | {e.action for e in PROTOCOL.environment}


def answers(result: Run, recipe: str) -> list[Any]:
    """What the clients were told by that recipe, unless their session was closed."""
    faults = frozenset(result.header["faults"])
    begun = PROTOCOL.build(Choices.replay(result.choices), faults, None)
    asked = {move.number: move.command for _, _, move in begun.queue if isinstance(move, Ask)}
    told = [replies[0] for number, replies in result.world.replies.items() if asked[number][0] == recipe]
    return [value for value in told if value != "closed"]


def each_move(world: World) -> Iterator[World]:
    """A run, looked at after every move."""
    for _ in range(8000):
        if world.done(world) or not world.step():
            return
        yield world
    raise AssertionError("it does not end")


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_one_holds_the_lock_of_those_whose_session_is_open(faults: tuple[str, ...]) -> None:
    held = 0
    for seed in range(60):
        for world in each_move(PROTOCOL.build(Choices.seeded(seed), frozenset(faults), None)):
            tree = max(servers_of(world), key=lambda s: s.applied).tree
            holders = [c.name for c in clients_of(world) if isinstance(c.want, Sleep) and tree.alive(c.name)]
            assert len(holders) <= 1, seed
            held += len(holders)
    assert held > 500


def looks(seed: int, faults: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """One client adds, two look, at other servers: for each that looked, the last sum answered before it began, and
    what it saw."""
    choices = Choices.seeded(seed)
    weather = Weather.choose(choices, frozenset(faults))
    work = [(200 + 60 * n, Ask(n, ("add", "/count", 1), ("c1",), 2000)) for n in range(6)]
    work += [(200 + 30 * n, Ask(100 + n, ("look", "/count"), (f"c{2 + n % 2}",), 2000)) for n in range(14)]
    least: dict[int, int] = {}
    for world in each_move(staged(choices, weather, work)):
        sums = [told[0] for number, told in world.replies.items() if number < 100 and told[0] != "closed"]
        for client in clients_of(world):
            if client.recipe is not None and client.commands[0].number >= 100:
                least.setdefault(client.commands[0].number, max(sums, default=0))
    for number, before in least.items():
        seen = world.replies.get(number, ["closed"])[0]
        if seen != "closed" and before:
            yield before, 0 if seen == NONE else int(seen)


@pytest.mark.parametrize("faults", [(), tuple(FAULTS)], ids=["calm", "storm"])
def test_a_read_after_a_sync_sees_what_was_answered_before(faults: tuple[str, ...]) -> None:
    found = [pair for seed in range(20) for pair in looks(seed, faults)]
    assert len(found) > 10
    assert all(seen >= before for before, seen in found)


# ---- a server by itself ----


def server(*changes: Change) -> Server:
    """A server that has carried out these changes."""
    one = Server("s1", {}, SERVERS)
    for x in changes:
        one.peer.delivered_here.append(x)
    one.follow()
    return one


def sent(effects: tuple[Any, ...], kind: type) -> list[Any]:
    return [e.message for e in effects if isinstance(e, Send) and isinstance(e.message, kind)]


def make(number: int, session: str = "c1", base: str = "/a", ephemeral: bool = False) -> Change:
    return Change(session, number, Op("create", base=base, ephemeral=ephemeral))


def drop(number: int, session: str = "c1", base: str = "/a", version: int | None = None) -> Change:
    return Change(session, number, Op("delete", name=(base, 0), version=version))


def test_a_server_that_is_behind_takes_nobody() -> None:
    one = server(OPEN)
    assert sent(one.step(Received("c1", Connect("c1", "s1", 1, 2, frozenset()))), News) == []
    assert len(sent(one.step(Received("c1", Connect("c1", "s1", 1, 1, frozenset()))), News)) == 1


def test_a_link_is_taken_once() -> None:
    one, connect = server(OPEN), Received("c1", Connect("c1", "s1", 3, 0, frozenset()))
    assert len(sent(one.step(connect), News)) == 1
    assert sent(one.step(connect), News) == []
    assert sent(one.step(Received("c1", Connect("c1", "s1", 2, 0, frozenset()))), News) == []


def test_who_comes_with_watches_is_told_what_was_missed() -> None:
    one = server(OPEN, make(2), make(3, base="/b"))
    hopes: frozenset[Target] = frozenset({("/a", 0), ("/b", 0), ("/b", NONE), ("/c", 0)})
    (news,) = sent(one.step(Received("c1", Connect("c1", "s1", 1, 2, hopes))), News)
    assert news.fired == {("/b", 0), ("/b", NONE)}
    assert one.watches == {("c1", ("/a", 0)), ("c1", ("/c", 0))}


def test_a_node_that_came_and_went_is_not_missed() -> None:
    one = server(OPEN, make(2), drop(3))
    (news,) = sent(one.step(Received("c1", Connect("c1", "s1", 1, 1, frozenset({("/a", 0)})))), News)
    assert news.fired == {("/a", 0)}


def linked(*changes: Change) -> Server:
    """The same, with c1 linked to it."""
    one = server(OPEN, *changes)
    one.step(Received("c1", Connect("c1", "s1", 1, 0, frozenset())))
    return one


def deliver(one: Server, *changes: Change) -> tuple[Any, ...]:
    one.peer.delivered_here.extend(changes)
    return one.follow()


def test_a_watch_goes_off_once_and_with_the_answer_to_its_change() -> None:
    one = linked()
    (data,) = sent(one.step(Received("c1", Read("c1", 1, ("/a", 0), True, 1))), Data)
    assert (data.view, data.index, data.place) == (frozenset(), 1, 2)
    (news,) = sent(deliver(one, make(2)), News)
    assert (news.fired, news.place, news.session) == ({("/a", 0)}, 3, State("open", 2, True, ("/a", 0)))
    (news,) = sent(deliver(one, drop(3)), News)
    assert news.fired == frozenset()


def test_a_read_waits_for_the_changes_before_it() -> None:
    one = linked()
    assert sent(one.step(Received("c1", Read("c1", 1, ("/a", 0), False, 2))), Data) == []
    letters = sent(deliver(one, make(2)), object)
    assert [type(m) for m in letters] == [News, Data]
    assert [m.place for m in letters] == [2, 3]
    assert len(letters[1].view) == 1


def test_a_read_of_another_link_is_none() -> None:
    one = linked()
    assert sent(one.step(Received("c1", Read("c1", 2, ("/a", 0), True, 1))), Data) == []
    assert one.watches == set()


# ---- the tree ----


def after(*changes: Change) -> Tree:
    return replayed([Entry(n, x) for n, x in enumerate(changes, start=1)])


def test_changes_are_done_once_and_only_in_open_sessions() -> None:
    assert after(make(1)).nodes == {}
    twice = Change("c1", 2, Op("sequence", base="/a"))
    assert sorted(after(OPEN, twice, twice).nodes) == [("/a", 1)]
    close = Change("c1", 3, Op("close"))
    closed = after(OPEN, make(2, ephemeral=True), close)
    assert (closed.nodes, closed.session("c1").status) == ({}, "closed")
    assert after(OPEN, make(2), close, make(4, base="/b"), OPEN) == after(OPEN, make(2), close)


def test_expiry_takes_the_ephemeral_nodes_along() -> None:
    expire = Change("c1", 0, Op("expire"))
    tree = after(OPEN, make(2, ephemeral=True), make(3, base="/b"), expire)
    assert sorted(tree.nodes) == [("/b", 0)]
    assert tree.changed == {"/a": 4, "/b": 3}


def test_conditions_on_versions() -> None:
    def put(number: int, version: int | None) -> Change:
        return Change("c1", number, Op("set", name=("/a", 0), version=version, data=str(number)))

    tree = after(OPEN, make(2), put(3, 0), put(4, 0), put(5, None))
    node = tree.nodes["/a", 0]
    assert (node.version, node.made, node.changed, node.data) == (2, 2, 5, "5")
    assert tree.after(6, put(6, 1)).session("c1") == State("open", 6, False, None)
    assert ("/a", 0) not in tree.after(6, drop(6, version=2)).nodes


def test_numbers_are_not_given_again() -> None:
    stand = [Change("c1", n, Op("sequence", base="/a")) for n in (2, 4)]
    gone = Change("c1", 3, Op("delete", name=("/a", 1)))
    assert sorted(after(OPEN, stand[0], gone, stand[1]).nodes) == [("/a", 2)]
    assert path(("/a", 2)) == "/a/0000000002"


def test_images() -> None:
    tree = after(OPEN, make(2, ephemeral=True), Change("c1", 3, Op("sequence", base="/a", data="x")))
    assert Tree.of(tree.image()) == tree
    assert [n.data for n in Tree.of(tree.image()).nodes.values()] == ["", "x"]


# ---- a client by itself ----


def news(place: int, index: int, number: int, *fired: Any, life: int = 1, link: int = 1, status: str = "open") -> News:
    return News("c1", "s1", life, link, place, index, frozenset(fired), State(status, number, True, None))


def client() -> Client:
    """A client whose session is open."""
    one = Client("c1", {}, SERVERS)
    one.step(Started())
    one.step(Received("s1", news(1, 1, 1)))
    return one


def test_letters_are_taken_in_their_order_and_of_one_life() -> None:
    one = client()
    one.step(Received("s1", news(3, 9, 1)))
    assert one.seen == 1
    one.step(Received("s1", news(2, 5, 1, life=2)))
    assert one.seen == 1
    one.step(Received("s1", news(2, 5, 1)))
    assert (one.seen, one.link.got) == (9, 3)


def test_who_hears_nothing_tries_the_next_server_and_tells_what_it_has_seen() -> None:
    one = client()
    one.step(Received("s1", Data("c1", "s1", 1, 1, 2, 4, ("/a", 0), True, 1, frozenset())))
    for _ in range(MISSED_MAX):
        assert sent(one.step(TimerFired("ping")), Connect) == []
    (connect,) = sent(one.step(TimerFired("ping")), Connect)
    assert connect == Connect("c1", "s2", 2, 4, frozenset({("/a", 0)}))


def test_a_closed_session_ends_all_commands() -> None:
    one = client()
    one.step(Request(7, ("lock", "/lock", 10)))
    one.step(Request(8, ("look", "/a")))
    ended = one.step(Received("s1", news(2, 2, 1, status="closed")))
    assert [(e.request, e.result) for e in ended if isinstance(e, Reply)] == [(7, "closed"), (8, "closed")]
    assert [e for e in one.step(Request(9, ("quit",))) if isinstance(e, Reply)] == [Reply(9, "closed")]


def test_a_client_that_crashed_does_not_come_back() -> None:
    assert Client("c1", {"session": True}, SERVERS).step(Started()) == ()


# ---- recipes ----


def test_who_waits_for_the_lock_watches_only_who_is_before() -> None:
    """So one who goes wakes one."""
    nodes: Counter[int | str] = Counter()
    for seed in range(60):
        for event in run(PROTOCOL, seed, observed=["status"]).events:
            if event["action"] == "Read" and event["args"]["watch"] and event["args"]["w"][0] == "/lock":
                nodes[event["args"]["w"][1]] += 1
    assert NONE not in nodes
    assert sum(nodes.values()) > 5


# ---- a client as a process ----


def test_a_command_that_is_asked_again_is_carried_out_once() -> None:
    one = Library("c1", {}, SERVERS)
    one.step(Started())
    news = News("c1", "s1", 1, 1, 1, 1, frozenset(), State("open", 1, True))
    one.step(Received("s1", news))
    asked = one.step(Request(7, ["p", 1, ["create", "/k1", 5]]))
    assert [m.op for m in sent(asked, Change)] == [Op("create", base="/k1")]
    assert one.step(Request(8, ["p", 1, ["create", "/k1", 5]])) == ()
    done = one.step(Received("s1", News("c1", "s1", 1, 1, 2, 4, frozenset(), State("open", 2, True, ("/k1", 0)))))
    told = {"answer": True, "at": 4}
    assert [e for e in done if isinstance(e, Reply)] == [Reply(7, told), Reply(8, told)]
    assert one.step(Request(9, ["p", 1, ["create", "/k1", 5]])) == (Reply(9, told),)
    (read,) = sent(one.step(Request(10, ["p", 2, ["peek", "/k1"]])), Read)
    view = frozenset({Znode(("/k1", 0), NONE, 2, 4, 6, "5")})
    data = Data("c1", "s1", 1, 1, 3, 7, read.target, False, read.after, view)
    (reply,) = (e for e in one.step(Received("s1", data)) if isinstance(e, Reply))
    assert reply == Reply(10, {"answer": ["5", 2], "at": 7, "changed": 6})


def test_a_session_that_is_closed_answers_so() -> None:
    one = Library("c1", {}, SERVERS)
    one.step(Started())
    one.step(Received("s1", News("c1", "s1", 1, 1, 1, 1, frozenset(), State("open", 1, True))))
    one.step(Request(7, ["p", 1, ["create", "/k1", 5]]))
    closed = one.step(Received("s1", News("c1", "s1", 1, 1, 2, 4, frozenset(), State("closed", 1, True))))
    assert closed[-1] == Reply(7, "closed")
    assert one.step(Request(8, ["p", 2, ["peek", "/k1"]])) == (Reply(8, "closed"),)
