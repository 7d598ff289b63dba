"""Linearizability: good histories, corrupted ones, and the line that cannot be."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

from modelcheck.cli import main
from modelcheck.errors import TlaError
from modelcheck.source import SourceFile
from pyimpl.sim import run
from traces import pairs
from traces.history import History, history_of, history_of_world, parse_history
from traces.linear import Linearizable, NotLinearizable, as_text, linearize
from traces.objects import OBJECTS


def history(kind: str, *lines: str) -> History:
    """Each line `c1? put x 1` (asks), `c1! "ok"` (hears) or `c1~` (never hears)."""
    numbers: dict[str, int] = {}
    out: list[dict[str, Any]] = []
    for line in lines:
        client = line[:2]
        if line[2] == "?":
            numbers[client] = numbers.get(client, 0) + 1
            words = line[3:].split()
            said = [*words[:2], *map(json.loads, words[2:])]
            out.append({"client": client, "number": numbers[client], "ask": said})
        elif line[2] == "!":
            out.append({"client": client, "number": numbers[client], "answer": json.loads(line[3:])})
        else:
            out.append({"client": client, "number": numbers[client], "unknown": "gone"})
    return history_of(kind, out)


def refused_at(made: History) -> int | None:
    verdict = linearize(made)
    return verdict.line if isinstance(verdict, NotLinearizable) else None


GOOD = {
    "one after the other": ("c1?put x 1", 'c1!"ok"', "c2?get x", "c2!1", "c1?cas x 1 2", "c1!true", "c2?get x", "c2!2"),
    "nothing yet": ("c1?get x", "c1!null", "c1?add x 3", "c1!3", "c1?add x 3", "c1!6"),
    "either order": ("c1?put x 1", "c2?put x 2", 'c1!"ok"', 'c2!"ok"', "c1?get x", "c1!1"),
    "the other order": ("c1?put x 1", "c2?put x 2", 'c1!"ok"', 'c2!"ok"', "c1?get x", "c1!2"),
    "seen before it is acknowledged": ("c1?put x 1", "c2?get x", "c2!1", 'c1!"ok"'),
    "not seen, though asked before": ("c1?put x 1", "c2?get x", "c2!null", 'c1!"ok"'),
    "unknown, and it happened late": ("c1?put x 1", "c1~", "c2?get x", "c2!null", "c2?get x", "c2!1"),
    "unknown, and it never happened": ("c1?put x 1", "c1~", "c2?get x", "c2!null"),
    "never answered": ("c1?put x 1", "c2?get x", "c2!1"),
    "keys are apart": ("c1?put x 1", 'c1!"ok"', "c2?get y", "c2!null"),
    "three under way": (
        "c1?add x 1", "c2?add x 1", "c3?add x 1", "c3!1", "c1!3", "c2!2",
    ),
    "true is not one": ("c1?put x true", 'c1!"ok"', "c1?cas x 1 2", "c1!false"),
}  # fmt: skip

BAD = {
    "a lost write": (5, "c1?put x 1", 'c1!"ok"', "c2?get x", "c2!null"),
    "back in time": (8, "c1?put x 1", "c2?get x", "c2!1", "c3?get x", "c3!1", "c3?get x", "c3!null", 'c1!"ok"'),
    "never written": (3, "c1?get x", "c1!7"),
    "added twice": (5, "c1?add x 1", "c1!1", "c1?add x 1", "c1!3"),
    "both win": (7, "c1?cas x null 1", "c2?cas x null 2", "c1!true", "c3?get x", "c3!1", "c2!true"),
    "an unknown that happened and then had not": (
        7, "c1?put x 1", "c1~", "c2?get x", "c2!1", "c2?get x", "c2!null",
    ),
    "the second key": (7, "c1?put x 1", 'c1!"ok"', "c1?get x", "c1!1", "c2?get y", "c2!1"),
    "the first of two": (3, "c1?get x", "c1!7", "c2?get y", "c2!7"),
    "true is not one": (5, "c1?put x true", 'c1!"ok"', "c1?get x", "c1!1"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str) -> None:
    assert refused_at(history("key-value", *GOOD[name])) is None


@pytest.mark.parametrize("name", BAD)
def test_bad_at_its_line(name: str) -> None:
    line, *lines = BAD[name]
    assert refused_at(history("key-value", *lines)) == line


def test_the_line_is_the_first_that_cannot_be() -> None:
    """c1's answer will contradict c2's, but in line 5 it has not been given."""
    lines = ("c1?cas x null 1", "c2?cas x null 2", "c2!true", "c3?get x", "c3!2", "c1!true")
    assert refused_at(history("key-value", *lines)) == 7
    assert refused_at(history("key-value", *lines[:-1])) is None


def test_registers() -> None:
    assert refused_at(history("register", "c1?write r 1", 'c1!"ok"', "c2?read r", "c2!1")) is None
    new_then_old = ("c1?write r 1", "c2?read r", "c2!1", "c3?read r", "c3!null", 'c1!"ok"')
    assert refused_at(history("register", *new_then_old)) == 6, "regular, but not atomic"


def test_locks() -> None:
    good = ("c1?acquire l", "c2?acquire l", "c1!1", "c1?release l 1", "c1!true", "c2!2", "c2?release l 1", "c2!false")
    assert refused_at(history("lock", *good)) is None
    both = ("c1?acquire l", "c1!1", "c2?acquire l", "c2!2")
    assert refused_at(history("lock", *both)) == 5
    assert (
        refused_at(history("lock", "c1?acquire l", "c1!1", "c2?acquire l", "c2!null", "c2?release l 1", "c2!true")) == 7
    )


def by_brute_force(made: History) -> bool:
    """Every order of every subset that contains the answered operations."""
    operations = made.operations
    answered = [o for o in operations if o.answered is not None]
    free = [o for o in operations if o.answered is None]
    for count in range(len(free) + 1):
        for some in itertools.combinations(free, count):
            for order in itertools.permutations([*answered, *some]):
                if _fits(made, order):
                    return True
    return False


def _fits(made: History, order: tuple[Any, ...]) -> bool:
    for i, later in enumerate(order):
        if any(after.answered is not None and after.answered < later.asked for after in order[i + 1 :]):
            return False
    state = made.object.initial
    for o in order:
        state, answer = made.object.apply(state, o.client, o.operation)
        if o.answered is not None and (answer != o.answer or type(answer) is not type(o.answer)):
            return False
    return True


def random_history(seed: int, kind: str = "key-value") -> History:
    choices = random.Random(seed)
    lines: list[dict[str, Any]] = []
    open_: dict[str, tuple[int, list[Any]]] = {}
    for number in range(1, 9):
        client = choices.choice(("c1", "c2", "c3"))
        if client in open_:
            n, said = open_.pop(client)
            what = said[0]
            answer = {"put": "ok", "cas": choices.random() < 0.6}.get(what, choices.choice((None, 1, 2)))
            lines.append({"client": client, "number": n, "answer": answer})
        else:
            said = choices.choice((["put", "x", 1], ["put", "x", 2], ["get", "x"], ["cas", "x", 1, 2]))
            open_[client] = (number, said)
            lines.append({"client": client, "number": number, "ask": said})
    return history_of(kind, lines)


def test_as_brute_force_says() -> None:
    """Verdict and line: a history is refused at the line whose prefix brute force refuses first."""
    bad = 0
    for seed in range(400):
        made = random_history(seed)
        line = refused_at(made)
        assert (line is None) == by_brute_force(made), seed
        if line is not None:
            bad += 1
            assert made.file is not None
            lines = made.file.text.splitlines()
            shorter = parse_history(SourceFile("h", "\n".join(lines[: line - 1]) + "\n"))
            assert by_brute_force(shorter), seed
            assert not by_brute_force(parse_history(SourceFile("h", "\n".join(lines[:line]) + "\n"))), seed
    assert 50 < bad < 350


def long_history(seed: int, clients: int, operations: int) -> list[dict[str, Any]]:
    """A linearizable history: each operation takes effect at once when it is asked, and is answered some time later."""
    choices, store = random.Random(seed), OBJECTS["key-value"]
    states: dict[str, Any] = {}
    lines: list[dict[str, Any]] = []
    open_: dict[str, dict[str, Any]] = {}
    for number in range(operations * 2):
        client = f"c{choices.randrange(clients)}"
        if client in open_:
            lines.append(open_.pop(client))
            continue
        key = choices.choice("xyz")
        said = choices.choice((["put", key, number], ["get", key], ["get", key]))
        states[key], answer = store.apply(states.get(key, store.initial), client, said)
        lines.append({"client": client, "number": number, "ask": said})
        open_[client] = {"client": client, "number": number, "answer": answer}
    return lines


def test_long_histories_and_one_wrong_answer() -> None:
    lines = long_history(1, 8, 3000)
    assert refused_at(history_of("key-value", lines)) is None
    gets = [i for i, line in enumerate(lines) if type(line.get("answer")) is int]
    for at in random.Random(2).sample(gets, 5):
        wrong = [*lines[:at], lines[at] | {"answer": -1}, *lines[at + 1 :]]
        assert refused_at(history_of("key-value", wrong)) == at + 2


def test_a_limit() -> None:
    lines = [f"c{i}?add x 1" for i in range(9)] + [f"c{i}!{9 - i}" for i in range(9)]
    assert refused_at(history("key-value", *lines)) is None
    with pytest.raises(TlaError, match="configurations of 'x'") as caught:
        linearize(history("key-value", *lines), configurations_max=5)
    assert caught.value.code == "T021"


def test_what_is_said() -> None:
    verdict = linearize(history("key-value", "c1?put x 1", 'c1!"ok"', "c3?put x 2", "c2?get x", "c2!null"))
    assert as_text(verdict).splitlines() == [
        "error T022: <run>:6: <run> is not linearizable",
        '  | {"client": "c2", "number": 1, "answer": null}',
        '  c2 asked ["get", "x"] in line 5 and was answered null; no order of the operations so far gives that answer',
        "  x may have been 1, where the answer is 1",
        "  under way were also:",
        '    line 4: c3 ["put", "x", 2], of unknown outcome',
    ]


HEAD = '{"schema": "tlapair.history/1", "object": "key-value"}\n'
ASK = '{"client": "c1", "number": 1, "ask": ["get", "x"]}\n'


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("", "T006", 1, "is empty"),
        (HEAD, "T006", 1, "no operation"),
        ('{"schema": "tlapair.trace/1"}\n' + ASK, "T005", 1, "schema"),
        (HEAD.replace("key-value", "queue") + ASK, "T004", 1, "no object 'queue'"),
        (HEAD + ASK + "{", "T003", 3, "no JSON"),
        (HEAD + "[]", "T004", 2, "an object"),
        (HEAD + ASK.replace("ask", "asks"), "T004", 2, "did you mean 'ask'"),
        (HEAD + ASK.replace("get", "pop"), "T004", 2, "put, add, cas, get and read"),
        (HEAD + ASK.replace('["get", "x"]', "3"), "T004", 2, "an operation is an array"),
        (HEAD + ASK + ASK, "T004", 3, "asks before it was answered"),
        (HEAD + '{"client": "c1", "number": 1, "answer": 1}', "T004", 2, "no operation 1 that is open"),
        (HEAD + ASK + '{"client": "c1", "number": 2, "answer": 1}', "T004", 3, "no operation 2 that is open"),
        (HEAD + '{"client": "c1", "number": 1}', "T004", 2, "one of 'ask', 'answer' and 'unknown'"),
        (HEAD + '{"client": 1, "number": 1, "answer": 1}', "T004", 2, "'client' (a string)"),
    ],
)
def test_no_histories(text: str, code: str, line: int, says: str) -> None:
    with pytest.raises(TlaError) as caught:
        parse_history(SourceFile("h.ndjson", text))
    assert caught.value.code == code and says in caught.value.message
    assert caught.value.span is not None and caught.value.span.begin.line == line


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.ndjson", tmp_path / "bad.ndjson"
    good.write_text(HEAD + ASK + '{"client": "c1", "number": 1, "answer": null}\n')
    bad.write_text(HEAD + ASK + '{"client": "c1", "number": 1, "answer": 5}\n')
    assert main(["validate", str(good)]) == 0
    assert "linearizable: 1 operations of a key-value object" in capsys.readouterr().out
    assert main(["validate", str(bad)]) == 12
    assert f"error T022: {bad}:3:" in capsys.readouterr().out
    assert main(["validate", "--json", str(good), str(bad)]) == 12
    found = json.loads(capsys.readouterr().out)["traces"]
    assert [one["linearizable"] for one in found] == [True, False] and found[1]["line"] == 3


PROTOCOLS = ("raft", "zab", "multipaxos")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_simulated_runs_are_linearizable(name: str) -> None:
    """Under all faults; commands of clients, and reads past the log."""
    protocol, operations = pairs.protocol(name), 0
    for seed in range(40):
        verdict = linearize(history_of_world(run(protocol, seed, protocol.faults, record=False).world))
        assert isinstance(verdict, Linearizable), as_text(verdict)
        operations += len(verdict.history.operations)
    assert operations > 100


@pytest.mark.parametrize("mutant", ["OwnValueFirst", "FirstVoteWins", "VotesForgotten", "SessionsForgotten"])
def test_what_faulty_twins_answer_is_not(mutant: str) -> None:
    """The clients alone could tell, in the run that shows the mistake."""
    protocol = pairs.protocol("multipaxos")
    found = protocol.mutant(mutant)
    world = run(protocol, found.seed, found.faults, record=False, faulty=mutant).world
    assert isinstance(linearize(history_of_world(world)), NotLinearizable)
