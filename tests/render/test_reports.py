"""JUnit and SARIF files: their structure, the places in them, and that they are there whatever happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from modelcheck.cli import main
from modelcheck.render.junit import Case, as_junit

SPEC = """---- MODULE Tally ----
EXTENDS Naturals, TLC
CONSTANT N
ASSUME Small == N < 9
VARIABLE x
Init == x = 0
Up == x < N /\\ x' = x + 1
Next == Up
Low ==
\t/\\ x >= 0
\t/\\ x < 3
Fine == x >= 0
Grow == [][x' > x]_x
Spec == Init /\\ [][Next]_x /\\ WF_x(Next)
Live == <>(x = 9)
====
"""
CFG = "SPECIFICATION Spec CONSTANT N = 3 INVARIANT Fine PROPERTY Grow "


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my specs").mkdir()
    (tmp_path / "my specs" / "Tally.tla").write_text(SPEC)
    return tmp_path


def check(more: str, *options: str) -> tuple[int, ElementTree.Element, dict[str, Any]]:
    """Exit code, the test suite, and the SARIF run of a check with this added to the cfg."""
    Path("my specs/Tally.cfg").write_text(CFG + more)
    code = main(["check", "my specs/Tally.tla", "--junit", "junit.xml", "--sarif", "found.sarif", *options])
    root = ElementTree.parse("junit.xml").getroot()
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    _valid_junit(root, suite)
    log = json.loads(Path("found.sarif").read_text())
    _valid_sarif(log)
    return code, suite, log["runs"][0]


def _valid_junit(root: ElementTree.Element, suite: ElementTree.Element) -> None:
    for element in (root, suite):
        assert element.get("tests") == str(len(list(suite)))
        assert element.get("failures") == str(len(suite.findall("*/failure")))
        assert element.get("errors") == str(len(suite.findall("*/error")))
    assert suite.get("skipped") == str(len(suite.findall("*/skipped")))
    names = set()
    for case in suite:
        assert case.tag == "testcase"
        assert set(case.attrib) == {"name", "classname"}
        assert [inner.tag for inner in case] in ([], ["failure"], ["error"], ["skipped"], ["system-out"])
        names.add((case.get("classname"), case.get("name")))
    assert len(names) == len(suite)


def _valid_sarif(log: dict[str, Any]) -> None:
    """What the schema of SARIF 2.1.0 asks of the parts that are used."""
    assert log["version"] == "2.1.0" and "$schema" in log
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "tlapair"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    (invocation,) = run["invocations"]
    assert type(invocation["executionSuccessful"]) is bool
    for result in run["results"]:
        rule = result["ruleId"]
        assert rule == ids[result["ruleIndex"]] or rule.startswith(ids[result["ruleIndex"]] + "/")
        assert result["message"]["text"] and result["level"] == "error"
        places = [*result["locations"]]
        for flow in result.get("codeFlows", ()):
            for thread in flow["threadFlows"]:
                assert [step["executionOrder"] for step in thread["locations"]] == [
                    *range(1, len(thread["locations"]) + 1)
                ]
                places += [step["location"] for step in thread["locations"]]
        for place in places:
            physical = place["physicalLocation"]
            assert physical["artifactLocation"] == {"uri": "my%20specs/Tally.tla", "uriBaseId": "%SRCROOT%"} or (
                physical["artifactLocation"]["uri"] == "my%20specs/Tally.cfg"
            )
            region = physical.get("region", {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2})
            assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
            assert all(type(number) is int and number >= 1 for number in region.values())
            begin, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
            assert begin < end


def statuses(suite: ElementTree.Element) -> dict[str, str]:
    """Of each test case: passed, or the tag inside."""
    return {
        f"{case.get('classname')}:{case.get('name')}".removeprefix("Tally."): next(
            (inner.tag for inner in case if inner.tag != "system-out"), "passed"
        )
        for case in suite
    }


def region_text(result: dict[str, Any]) -> str:
    """The text that a result's region covers."""
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == region["endLine"]
    line = SPEC.splitlines()[region["startLine"] - 1]
    return line[region["startColumn"] - 1 : region["endColumn"] - 1]


def test_holds(folder: Path) -> None:
    code, suite, run = check("CHECK_DEADLOCK FALSE")
    assert code == 0
    assert statuses(suite) == {
        "run:reading": "passed", "run:search": "passed", "assumption:Small": "passed", "invariant:Fine": "passed",
        "property:Grow": "passed",
    }  # fmt: skip
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_violated(folder: Path) -> None:
    code, suite, run = check("INVARIANT Low")
    assert code == 12
    assert statuses(suite) == {
        "run:reading": "passed", "run:search": "passed", "assumption:Small": "passed", "invariant:Fine": "skipped",
        "invariant:Low": "failure", "property:Grow": "skipped", "deadlock:deadlock": "skipped",
    }  # fmt: skip
    failure = suite.find("*/failure")
    assert failure is not None and failure.text is not None
    assert (failure.get("type"), failure.get("message")) == ("V004", "invariant Low is violated")
    assert "State 4: Up   at my specs/Tally.tla:7:1" in failure.text
    (result,) = run["results"]
    assert (result["ruleId"], run["tool"]["driver"]["rules"][0]["id"]) == ("V004/Low", "V004")
    assert region_text(result) == "x < 3"  # a tab stands before it: columns count characters
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 5
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["state"]["x"]["text"] for step in steps] == ["0", "1", "2", "3"]
    assert "region" not in steps[0]["location"]["physicalLocation"]
    assert steps[1]["location"]["physicalLocation"]["region"]["startLine"] == 7
    assert steps[3]["location"]["message"]["text"].splitlines() == [
        "State 4: Up   at my specs/Tally.tla:7:1", "/\\ x = 3",
    ]  # fmt: skip


def test_violated_as_pinned(folder: Path) -> None:
    code, suite, run = check("INVARIANT Low\n\\* tlapair: expect violated Low, length 4")
    assert code == 0
    assert statuses(suite)["invariant:Low"] == statuses(suite)["expectation:length"] == "passed"
    (result,) = run["results"]
    assert [s["kind"] for s in result["suppressions"]] == ["inSource"]


def test_not_as_pinned(folder: Path) -> None:
    code, suite, run = check("INVARIANT Low\n\\* tlapair: expect violated Low, length 5")
    assert code == 155
    found = statuses(suite)
    assert (found["invariant:Low"], found["expectation:verdict"]) == ("failure", "passed")
    assert found["expectation:length"] == "failure"
    assert [result["ruleId"] for result in run["results"]] == ["V004/Low", "V007"]
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2, "startColumn": 34, "endLine": 2, "endColumn": 42,
    }  # fmt: skip


def test_deadlock_liveness_and_going_on(folder: Path) -> None:
    code, suite, run = check("PROPERTY Live")
    assert (code, statuses(suite)["deadlock:deadlock"]) == (11, "failure")
    assert region_text(run["results"][0]) == "x < N"
    code, suite, run = check("PROPERTY Live CHECK_DEADLOCK FALSE")
    assert (code, statuses(suite)["property:Live"], statuses(suite)["invariant:Fine"]) == (13, "failure", "passed")
    steps = run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert steps[-1]["location"]["message"]["text"] == "Stuttering: nothing happens any more"
    code, suite, run = check("INVARIANT Low", "--continue")
    assert {name for name, status in statuses(suite).items() if status == "failure"} == {
        "invariant:Low", "deadlock:deadlock",
    }  # fmt: skip
    assert [result["ruleId"] for result in run["results"]] == ["V004/Low", "V003"]


def test_errors_of_every_stage(folder: Path) -> None:
    code, suite, run = check("CHECK_DEADLOCK no")
    assert (code, statuses(suite)) == (151, {"run:reading": "error"})
    assert run["results"][0]["ruleId"] == "C007"
    assert run["invocations"][0] == {"executionSuccessful": False, "exitCode": 151}
    code, suite, run = check("", "--max-states", "2")
    assert (code, statuses(suite)["run:search"], statuses(suite)["invariant:Fine"]) == (152, "error", "skipped")
    code, suite, run = check("", "--inv", 'x = "a"')
    assert (code, run["results"][0]["ruleId"]) == (76, 'E001/x = "a"')
    assert statuses(suite)['invariant:x = "a"'] == "error"
    Path("my specs/Tally.tla").write_text(SPEC.replace("x' = x + 1", "x' = x + y"))
    code, suite, run = check("")
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (code, run["results"][0]["ruleId"], region["startLine"], region["startColumn"]) == (150, "M001", 7, 25)
    Path("my specs/Tally.tla").write_text(SPEC.replace("N < 9", "N > 9"))
    code, suite, run = check("")
    assert (code, run["results"][0]["ruleId"], statuses(suite)["assumption:Small"]) == (10, "V001/Small", "failure")
    assert statuses(suite)["invariant:Fine"] == "skipped"


def test_interrupted_and_broken_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, code, kind in ((KeyboardInterrupt(), 153, "X002"), (ValueError("a defect"), 153, "X001")):

        def fail(*arguments: Any, error: BaseException = error, **options: Any) -> Any:
            raise error

        monkeypatch.setattr("modelcheck.commands.check.check", fail)
        found, suite, run = check("")
        assert (found, run["results"][0]["ruleId"]) == (code, kind)
        inner = suite.find("*/error")
        assert inner is not None and inner.get("type") == kind


def test_the_same_run_gives_the_same_files(folder: Path) -> None:
    check("INVARIANT Low")
    before = [Path(name).read_bytes() for name in ("junit.xml", "found.sarif")]
    check("INVARIANT Low")
    assert [Path(name).read_bytes() for name in ("junit.xml", "found.sarif")] == before


def test_files_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("my specs/Tally.cfg").write_text(CFG)
    for option, name in (("--junit", "no/junit.xml"), ("--sarif", "my specs"), ("--trace-out", "no/t.itf.json")):
        assert main(["check", "my specs/Tally.tla", option, name]) == 151
        out, err = capsys.readouterr()
        assert (out, err.split(": ")[0]) == ("", "error U005")


def test_characters_that_xml_cannot_hold() -> None:
    text = as_junit("a", [Case("b", "\x00\x1b", "failed", "\ud800\ufffe", "V004", "<\x0b>&\"'")])
    case = ElementTree.fromstring(text)[0][0]
    assert (case.get("name"), case[0].get("message"), case[0].text) == ("\ufffd\ufffd", "\ufffd\ufffd", "<\ufffd>&\"'")


def test_traces(folder: Path) -> None:
    Path("my specs/Tally.cfg").write_text(CFG)
    head = {"schema": "tlapair.trace/1", "spec": "Tally.tla", "constants": {}}
    for name, value in (("good", 1), ("bad", 3)):
        events = [{"action": "Up", "vars": {"x": value}}]
        Path(f"{name}.ndjson").write_text("\n".join(json.dumps(line) for line in [head, *events]))
    files = ["good.ndjson", "bad.ndjson", "none.ndjson"]
    assert main(["validate", "my specs/Tally.tla", *files, "--junit", "junit.xml"]) == 12
    (suite,) = root = ElementTree.parse("junit.xml").getroot()
    _valid_junit(root, suite)
    found = statuses(suite)
    assert [found[f"trace:{name}"] for name in files] == ["passed", "failure", "error"]
    assert main(["validate", "my specs/Tally.tla", "none.ndjson", "--junit", "junit.xml"]) == 151
    (suite,) = ElementTree.parse("junit.xml").getroot()
    assert statuses(suite) == {"run:reading": "error"}


def test_verify(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from traces.verify import Report, Row

    rows = (Row("paxos", "spec Paxos", "holds", 0.1), Row("paxos", "twin A", "accepted", 0.1, wrong="it is accepted"))
    counted = ("models", "broken", "states", "traces", "accepted", "events", "twins", "caught", "proofs")
    totals = dict.fromkeys(counted, 0)
    report = Report(rows, 0.2, 1, 1, totals)
    monkeypatch.setattr("traces.verify.verify", lambda *arguments, **options: report)
    assert main(["verify", "--junit", "junit.xml"]) == 12
    (suite,) = root = ElementTree.parse("junit.xml").getroot()
    _valid_junit(root, suite)
    found = {case.get("name"): [inner.tag for inner in case] for case in suite}
    assert found == {"spec Paxos": [], "twin A": ["failure"]}
