"""`--dump`: the state graph as dot and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.cli import main

WALK = """---- MODULE Walk ----
EXTENDS Naturals
VARIABLES at, mood
Init == at = 0 /\\ mood \\in {"a\\\\b", "c"}
Go(n) == at + n < 3 /\\ at' = at + n /\\ UNCHANGED mood
Rest == UNCHANGED <<at, mood>>
Next == (\\E n \\in {1, 2} : Go(n)) \\/ Rest
Near == at < 2
View == at
Calm == at = at'
====
"""

DOT = """\
digraph States {
node [shape=box,style=rounded]
nodesep=0.35;
1 [label="/\\\\ at = 0\\n/\\\\ mood = \\"a\\\\\\\\b\\"",style=filled];
2 [label="/\\\\ at = 0\\n/\\\\ mood = \\"c\\"",style=filled];
3 [label="/\\\\ at = 1\\n/\\\\ mood = \\"a\\\\\\\\b\\""];
4 [label="/\\\\ at = 1\\n/\\\\ mood = \\"c\\""];
1 -> 3 [label="Go(1)"];
1 -> 1 [label="Rest"];
2 -> 4 [label="Go(1)"];
2 -> 2 [label="Rest"];
3 -> 3 [label="Rest"];
4 -> 4 [label="Rest"];
{rank = same; 1; 2;}
{rank = same; 3; 4;}
}
"""


@pytest.fixture
def dump(tmp_path, monkeypatch, capsys):
    (tmp_path / "Walk.tla").write_text(WALK)
    monkeypatch.chdir(tmp_path)

    def work(cfg, file, *options, code=0):
        (tmp_path / "Walk.cfg").write_text(f"INIT Init\nNEXT Next\n{cfg}\n")
        assert main(["check", "Walk.tla", "--quiet", "--dump", file, *options]) == code
        capsys.readouterr()
        return (tmp_path / file).read_text()

    return work


def test_dot(dump):
    assert dump("CONSTRAINT Near", "g.dot") == DOT


def test_json_is_node_link_data(dump):
    data = json.loads(dump("", "g.json"))
    assert (data["directed"], data["multigraph"], len(data["nodes"]), len(data["edges"])) == (True, True, 6, 12)
    assert data["nodes"][2] == {
        "id": 3, "label": '/\\ at = 1\n/\\ mood = "a\\\\b"', "initial": False, "depth": 2, "explored": True,
        "values": {"at": {"#bigint": "1"}, "mood": "a\\b"},
    }  # fmt: skip
    assert data["edges"][0] == {
        "source": 1, "target": 3, "key": 0, "action": "Go", "args": {"n": {"#bigint": "1"}}, "label": "Go(1)",
    }  # fmt: skip
    keys = [(edge["source"], edge["target"], edge["key"]) for edge in data["edges"]]
    assert len(set(keys)) == len(keys)


def test_networkx_reads_it(dump):
    networkx = pytest.importorskip("networkx")
    graph = networkx.node_link_graph(json.loads(dump("", "g.json")), edges="edges")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (6, 12)
    assert networkx.descendants(graph, 1) == {3, 4}


def test_parallel_edges_have_keys(dump):
    data = json.loads(dump("VIEW View", "g.json"))
    assert len(data["nodes"]) == 3
    text = WALK.replace("Rest ==", "Rest2 == UNCHANGED <<at, mood>>\nRest ==").replace("\\/ Rest", "\\/ Rest \\/ Rest2")
    Path("Walk.tla").write_text(text)
    data = json.loads(dump("VIEW View", "g.json"))
    loops = [edge["key"] for edge in data["edges"] if edge["source"] == edge["target"] == 1]
    assert loops == [0, 1]


def test_steps_outside_the_constraints_are_left_out(dump):
    data = json.loads(dump("ACTION_CONSTRAINT Calm", "g.json"))
    assert [edge["action"] for edge in data["edges"]] == ["Rest", "Rest"]


def test_unexplored_states_are_marked(dump):
    data = json.loads(dump("INVARIANT Near", "g.json", code=12))
    assert [node["explored"] for node in data["nodes"]] == [True, False, False]
    assert {edge["source"] for edge in data["edges"]} == {1}


@pytest.mark.parametrize(("file", "code"), [("g.txt", "U001"), ("nowhere/g.dot", "U005")])
def test_wrong_files_are_refused_before_the_search(dump, capsys, file, code):
    Path("Walk.cfg").write_text("INIT Init\nNEXT Next\n")
    assert main(["check", "Walk.tla", "--quiet", "--dump", file]) == 151
    assert f"error {code}" in capsys.readouterr().err
