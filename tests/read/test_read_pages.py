"""The pages of `tlapair read`: every action linked both ways, no link without a target, sound HTML, the same bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from modelcheck.cli import main
from modelcheck.errors import TlaError
from pyimpl.kernel.protocol import Protocol
from traces import pairs
from traces.read import index, page
from traces.read.facts import Coverage, model_facts
from traces.read.layout import Page, draw, shown_lines
from traces.read.pair import Pair, pair_of
from traces.read.spectext import anchor

ROOT = Path(__file__).resolve().parents[2]
EACH = pytest.mark.parametrize("name", pairs.names())
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Reader(HTMLParser):
    """What is in a page; raises AssertionError when a tag is not closed, or closed by another."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: Counter[str] = Counter()
        self.links: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []
        self.labels: list[str] = []
        self.outside: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), (tag, attrs)
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "a":
            assert "a" not in self.open[:-1], f"a link in a link at {self.getpos()}"
            self.links.append((given["href"], given.get("id", "")))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.labels += [i for name in ("aria-labelledby", "aria-describedby") for i in given.get(name, "").split()]
        self.outside += [v for k in ("src", "href") if (v := given.get(k, "")) and "//" in v]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> at {self.getpos()} closes {self.open[-3:]}"
        self.open.pop()


#: pairs whose pages are made whole here; of the others without traces, which take most of the time
WHOLE = ("raft", "twophase", "lock")


@cache
def text_of(name: str) -> str:
    if name in WHOLE:
        return page(name, runs=1)
    return draw(Page(pair(name), model_facts(name), (), Coverage(), pairs.names()))


@cache
def read(name: str) -> Reader:
    return Reader(text_of(name))


@cache
def pair(name: str) -> Pair:
    return pair_of(pairs.protocol(name))


@EACH
def test_every_action_is_linked_both_ways(name: str) -> None:
    links = read(name).links
    module = pair(name).spec.name
    actions = pairs.protocol(name).actions()
    assert len(actions) >= 3
    for info in actions:
        row = pair(name).actions[info.name]
        assert row.method is not None and row.method.part.own_name == info.method
        method = row.method.part.anchor
        assert (f"#{method}", anchor(module, info.name)) in links, "from the spec's definition to the method"
        assert (f"#{anchor(module, info.name)}", method) in links, "and back"
    for move in pairs.protocol(name).environment:
        assert read(name).ids[anchor(module, move.action)] == 1
        assert f'id="action-{move.action}"' in text_of(name)


@EACH
def test_every_link_has_a_target_and_no_place_two_names(name: str) -> None:
    found = read(name)
    assert [i for i, count in found.ids.items() if count > 1] == []
    inner = [href[1:] for href, _ in found.links if href.startswith("#")]
    assert len(inner) > 200
    assert [target for target in inner if target not in found.ids] == []
    assert [label for label in found.labels if label not in found.ids] == []
    others = {href for href, _ in found.links if not href.startswith("#")}
    assert others == {"index.html", *(f"{other}.html" for other in pairs.names())}


@EACH
def test_nothing_is_fetched(name: str) -> None:
    assert read(name).outside == []
    inside = "".join(re.findall(r"<style>.*?</style>|<script>.*?</script>", text_of(name), re.DOTALL))
    assert len(inside) > 5000
    assert re.findall(r"@import|url\((?!#)|https?:|fetch|XMLHttp", inside) == []


@EACH
def test_headings_go_down_one_at_a_time(name: str) -> None:
    found = read(name)
    assert found.headings[0] == 1 and found.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(found.headings, found.headings[1:], strict=False))
    for landmark in ("header", "nav", "main", "footer"):
        assert found.tags[landmark] >= 1
    assert found.tags["main"] == 1


@EACH
def test_each_line_of_both_sides_stands_there_once(name: str) -> None:
    """Lines that are not blank, by their numbers; broken.py is Python like the rest."""
    body = text_of(name)
    numbers = Counter(re.findall(r'<span class="l[^"]*" data-n="(\d+)"', body))
    expected: Counter[str] = Counter()
    for side in (*pair(name).specs, *pair(name).codes):
        expected.update(str(n) for n in range(1, side.marked.count + 1) if side.marked.plain(n).strip())
    blank = numbers - expected
    assert expected - numbers == Counter()
    texts = [s.marked for s in (*pair(name).specs, *pair(name).codes)]
    assert all(any(n <= t.count and not t.plain(n).strip() for t in texts) for n in map(int, blank))


@EACH
def test_bands_cover_an_action_in_order(name: str) -> None:
    for row in pair(name).actions.values():
        assert [line for band in row.spec for line in band] == list(row.unit.lines)
        if row.code and row.method is not None:
            assert [line for band in row.code for line in band] == list(row.method.part.lines)


def test_bands_of_raft() -> None:
    row = pair("raft").actions["GrantVote"]
    text, code = pair("raft").spec.marked, row.method.text.marked  # type: ignore[union-attr]
    first = [text.plain(band[0]).strip() for band in row.spec[1:]]
    assert first == ["/\\ i # j", "/\\ currentTerm' = [currentTerm EXCEPT ![i] = t]",
                     "/\\ Send([type |-> \"Vote\", term |-> t, from |-> i, to |-> j])"]  # fmt: skip
    python = [code.plain(band[0]).strip() for band in row.code[1:]]
    assert python == [
        "if j == self.name:",
        "self.current_term = t",
        "return *self.persist(), Send(j, Vote(t, self.name, j))",
    ]


def test_names_of_raft_lead_across() -> None:
    links = read("raft").links
    for spec, python in (("NotBehind", "Server-not_behind"), ("Backed", "Server-backed"),
                         ("currentTerm", "Server-current_term"), ("votedFor", "Server-voted_for")):  # fmt: skip
        assert (f"#py-node-{python}", f"tla-Raft-{spec}") in links
        assert (f"#tla-Raft-{spec}", f"py-node-{python}") in links
    assert "#py-messages-AskVote" in {href for href, _ in links}, "a message's type in the spec leads to its class"
    assert "tla-Raft-last" not in read("raft").ids, "a name of a LET is no name of the module"


def test_variables_have_their_meaning() -> None:
    meanings = {v.name: v.meaning for v in pair("raft").variables}
    assert meanings["votedFor"] == "durable: whom it voted for in that term, or Noop"
    assert all(v.meaning for name in pairs.names() for v in pair(name).variables)


def test_nothing_of_the_python_is_shown_twice() -> None:
    for name in pairs.names():
        beside = [c.part for c in pair(name).beside.values()]
        taken = [r.method.part for r in pair(name).actions.values() if r.method is not None and r.environment is None]
        lines = [(part.anchor.split("-")[1], line) for part in (*beside, *taken) for line in part.lines]
        assert len(lines) == len(set(lines))
        assert sum(map(len, shown_lines(pair(name)).values())) >= sum(len(p.lines) for p in taken)


def test_verdicts_and_traces_of_raft() -> None:
    body = text_of("raft")
    assert re.search(
        r'StateMachineSafety</code></a></th><td>[^<]+</td><td><span class="good">holds</span> in \d+', body
    )
    assert 'id="trace-raft-storm"' in body and "a behavior of the spec" in body
    assert "no behavior of the spec: event" in body and "error T020" in body
    assert body.count("<svg") == len(list((ROOT / "traces/samples").rglob("raft-*.ndjson"))) == 4


def test_the_same_bytes_in_another_process_and_folder(tmp_path: Path) -> None:
    program = (
        "from traces.read import page; import hashlib;print(hashlib.sha256(page('paxos', runs=2).encode()).hexdigest())"
    )
    seen = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, check=True,
                       env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(ROOT)}).stdout
        for seed, folder in (("1", ROOT), ("2", tmp_path))
    }  # fmt: skip
    assert len(seen) == 1


def test_index() -> None:
    found = Reader(index())
    assert [href for href, _ in found.links] == [f"{name}.html" for name in pairs.names()]


# ---- what does not fit is refused ----


def changed(name: str, **fields: object) -> Protocol:
    return replace(pairs.protocol(name), **fields)  # type: ignore[arg-type]


def test_a_variable_under_another_name() -> None:
    mapping = pairs.protocol("twophase").mapping
    first, *others = mapping.variables
    with pytest.raises(
        TlaError, match="row 'rmLogs', and TwoPhase has no such variable; did you mean 'rmLog'"
    ) as error:
        pair_of(changed("twophase", mapping=type(mapping)((replace(first, name="rmLogs"), *others))))
    assert error.value.code == "T031"


def test_a_variable_left_out() -> None:
    mapping = pairs.protocol("twophase").mapping
    with pytest.raises(TlaError, match="no row for the variable msgs") as error:
        pair_of(changed("twophase", mapping=type(mapping)(mapping.variables[:-1])))
    assert error.value.code == "T031" and error.value.span is not None and error.value.span.text == "msgs"


def test_an_action_of_nobody() -> None:
    with pytest.raises(TlaError, match="no move of the world takes the action TMCrash") as error:
        pair_of(changed("twophase", environment=pairs.protocol("twophase").environment[1:]))
    assert error.value.span is not None and error.value.span.text == "TMCrash"


def test_a_parameter_under_another_name() -> None:
    crash = replace(pairs.protocol("twophase").environment[1], node="rm")
    with pytest.raises(TlaError, match=re.escape("RMCrash has the parameters (r) in the spec, and (rm) in Python")):
        pair_of(changed("twophase", environment=(pairs.protocol("twophase").environment[0], crash)))


def test_an_action_that_the_spec_does_not_have() -> None:
    crash = replace(pairs.protocol("twophase").environment[0], action="TMCrashes")
    with pytest.raises(TlaError, match="'TMCrashes', which TwoPhase does not define; did you mean 'TMCrash'"):
        pair_of(changed("twophase", environment=(crash, pairs.protocol("twophase").environment[1])))


# ---- the command ----


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["read", "twophase", "--runs", "2", "--check"]) == 0
    assert capsys.readouterr().out.startswith("twophase.html: ")
    body = (tmp_path / "twophase.html").read_text(encoding="utf-8")
    assert "were checked to write this page" in body and "1,264" in body
    assert main(["read", "twofase"]) == 151
    assert "did you mean 'twophase'?" in capsys.readouterr().err
    assert main(["read", "twophase", "-o", "no/such/folder.html", "--runs", "1"]) == 151
    assert "error U005" in capsys.readouterr().err


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_in_light_and_dark() -> None:
    """Text at least 4.5 to 1 on each ground it stands on, marks at least 3 to 1 (WCAG 2.1, 1.4.3 and 1.4.11)."""
    css = (ROOT / "traces/read/page.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in re.findall(r":root \{(.*?)\}", css, re.S)[:2]
    ]
    words = ("ink", "soft", "link", "keyword", "operator", "comment", "string", "number", "name", "define", "builtin")
    for theme in themes:
        for ground in ("paper", "panel", "now"):
            low = luminance(theme[ground])
            for text, least in [
                *((w, 4.5) for w in words),
                ("bad", 4.5),
                *((m, 3.0) for m in ("never", "many", "now-line")),
            ]:
                high = luminance(theme[text])
                ratio = (max(low, high) + 0.05) / (min(low, high) + 0.05)
                assert ratio >= least, (ground, text, round(ratio, 2))


def test_a_violation_that_is_stated_is_no_fault() -> None:
    """Two-phase commit may block: a model of it says so."""
    row = re.search(r"TCTermination</code></a></th>(.*?)</tr>", text_of("twophase"))
    assert row is not None
    assert '<span class="good">holds</span> in 1 model; violated in TwoPhaseBlocks, as stated' in row[1]
    assert 'class="bad">violated' not in text_of("twophase")
