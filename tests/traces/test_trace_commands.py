"""`tlapair record` and `tlapair validate`: exit codes, messages, files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from make_samples import SAMPLES

from modelcheck.cli import main
from modelcheck.commands.codes import run as codes

GOOD = str(SAMPLES / "paxos-calm.ndjson")
BAD = str(SAMPLES / "rejected" / "paxos-ForgetsPromise.ndjson")

COUNTER = """---- MODULE Counter ----
EXTENDS Integers
CONSTANTS Who, Step, Limit
VARIABLE n
Init == n = [w \\in Who |-> 0]
Add(w) == n[w] < Limit /\\ n' = [n EXCEPT ![w] = @ + Step[w]]
Next == \\E w \\in Who : Add(w)
====
"""


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(list(argv))
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def test_record_and_validate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.ndjson"
    code, out, _ = run(capsys, "record", "paxos", "--seed", "7", "--faults", "loss,crash,partition", "-o", str(path))
    assert code == 0 and "events of paxos, seed 7" in out
    code, out, _ = run(capsys, "validate", str(path))
    assert code == 0 and "a behavior of Paxos" in out
    again = tmp_path / "again.ndjson"
    run(capsys, "record", "paxos", "--seed", "7", "--faults", "loss,crash,partition", "-o", str(again))
    assert path.read_bytes() == again.read_bytes()
    assert json.loads(path.read_text().splitlines()[0])["faults"] == ["crash", "loss", "partition"]


def test_record_to_standard_output_and_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "record", "twophase", "--seed", "3", "--faults", "all")
    assert code == 0
    assert len(out.splitlines()) == 25
    base = tmp_path / "run.ndjson"
    assert run(capsys, "record", "twophase", "--seed", "3", "--faults", "all", "--split", "-o", str(base))[0] == 0
    logs = sorted(str(p) for p in tmp_path.glob("run.*.ndjson"))
    assert len(logs) == 4
    assert run(capsys, "validate", "--merge", *logs)[0] == 0
    assert run(capsys, "validate", *logs)[0] == 12  # each alone lacks the steps of the others


def test_a_mutant_shows_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "run.ndjson")
    assert run(capsys, "record", "paxos", "--mutant", "SharesBallot", "-o", path)[0] == 0
    assert run(capsys, "validate", path)[0] == 12


def test_record_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "record", "--list")
    assert code == 0
    assert "paxos: paxos/Paxos.tla" in out and "mutant ForgetsPromise" in out and "fault partition" in out


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("record",), "U001", "PROTOCOL is missing"),
        (("record", "paxo"), "T013", "did you mean 'paxos'?"),
        (("record", "paxos", "--faults", "los"), "T013", "did you mean 'loss'?"),
        (("record", "paxos", "--mutant", "ForgetPromise"), "T013", "did you mean 'ForgetsPromise'?"),
        (("record", "paxos", "--vars", "maxbal"), "T013", "did you mean 'maxBal'?"),
        (("record", "paxos", "--seed", "x"), "U001", "invalid number value"),
        (("record", "paxos", "-o", "/nowhere/at/all.ndjson"), "T001", "cannot write"),
        (("validate",), "U001", "required"),
        (("validate", "Spec.tla"), "U001", "a TRACE is missing"),
        (("validate", GOOD, "--config", "x.cfg"), "U001", "--config needs SPEC.tla"),
        (("validate", GOOD, "--hidden", "-1"), "U001", "invalid number value"),
        (("validate", GOOD, "--hidden", "1", "--hidden-actions", "Phase1c"), "T008", "did you mean 'Phase1b'?"),
        (("validate", "none.ndjson"), "T001", "cannot read"),
        (("validate", str(SAMPLES)), "T001", "directory"),
        (("validate", "none.tla", GOOD), "P001", "cannot read"),
        (("verify", "rafft"), "T013", "no protocol 'rafft'"),
        (("verify", "--seeds", "0"), "U001", "invalid positive number"),
    ],
)
def test_mistakes(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], code: str, says: str) -> None:
    exit_code, _, err = run(capsys, *argv)
    assert exit_code == (150 if code.startswith("P") else 151)
    assert f"error {code}: " in err and says in err


def test_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "validate", BAD)
    assert code == 12
    assert "error T020" in out and ":14:" in out and "False: b >= maxBal[a]" in out
    code, out, _ = run(capsys, "validate", GOOD, BAD, GOOD)
    assert code == 12 and out.count("a behavior of Paxos:") == 2


def test_malformed_among_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.ndjson"
    lines = Path(GOOD).read_text(encoding="utf-8").splitlines()
    broken.write_text("\n".join([*lines[:4], lines[4][:-1], *lines[5:]]), encoding="utf-8")
    code, _, err = run(capsys, "validate", str(broken))
    assert code == 151 and f"{broken}:5:" in err and "error T003" in err
    code, out, err = run(capsys, "validate", GOOD, str(broken), BAD)
    assert code == 151 and "T003" in err and "T020" in out
    (tmp_path / "empty.ndjson").write_text("")
    assert "T006" in run(capsys, "validate", str(tmp_path / "empty.ndjson"))[2]


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = str(tmp_path / "none.ndjson")
    code, out, err = run(capsys, "validate", "--json", GOOD, BAD, none)
    data: dict[str, Any] = json.loads(out)
    assert code == 12 and err == "" and data["schema"] == "tlapair.validate/1"
    good, bad, missing = data["traces"]
    assert (good["verdict"], good["exit_code"], good["events"], good["explained"]) == ("accepted", 0, 11, 11)
    assert good["coverage"]["missed"] == []
    assert (bad["verdict"], bad["exit_code"], bad["explained"]) == ("rejected", 12, 12)
    assert bad["rejection"]["line"] == 14
    assert bad["rejection"]["blocked"]["conjunct"]["text"] == "b >= maxBal[a]"
    assert (missing["verdict"], missing["exit_code"], missing["error"]["code"]) == ("error", 151, "T001")


def test_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "validate", "--coverage", GOOD)
    assert "Phase1b       3" in out


def test_a_spec_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Constants that no cfg can write come from the header; what the header leaves out from the cfg."""
    spec, trace = tmp_path / "Counter.tla", tmp_path / "run.ndjson"
    spec.write_text(COUNTER)
    cfg = "CONSTANTS Limit = 5 Who = {z} Step = z INIT Init NEXT Next INVARIANT Nowhere"
    (tmp_path / "Counter.cfg").write_text(cfg)
    header = {"schema": "tlapair.trace/1", "spec": "Counter.tla"}
    constants = {"Who": {"#set": ["p", "q"]}, "Step": {"p": 1, "q": 10}}
    events = [
        {"action": "Add", "args": {"w": "p"}, "vars": {"n": {"p": 1, "q": 0}}},
        {"action": "Add", "vars": {"n": {"#at": {"q": 10}}}},
    ]

    def write(*more: dict[str, Any]) -> None:
        lines = [header | {"constants": constants}, *events, *more]
        trace.write_text("\n".join(json.dumps(line) for line in lines))

    write()
    assert run(capsys, "validate", str(spec), str(trace))[0] == 0
    write({"action": "Add", "args": {"w": "q"}})
    code, out, _ = run(capsys, "validate", str(spec), str(trace))
    assert code == 12 and f"{trace}:4" in out and "False: n[w] < Limit" in out
    write({"action": "Add", "args": {"w": "r"}})
    code, out, _ = run(capsys, "validate", str(spec), str(trace))
    assert code == 12 and 'never has w = "r"' in out
    write({"action": "Add", "vars": {"n": {"p": 2, "q": 11}}})
    code, out, _ = run(capsys, "validate", str(spec), str(trace))
    assert code == 12 and "n[q]: the log has 11, the spec 10" in out
    assert run(capsys, "validate", str(trace))[0] == 151  # no bundled spec of that name


def test_errors_of_the_spec_name_the_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, trace = tmp_path / "Odd.tla", tmp_path / "run.ndjson"
    spec.write_text("---- MODULE Odd ----\nEXTENDS Integers\nVARIABLE n\nInit == n = 0\n"
                    "Next == (n < 2 /\\ n' = n + 1) \\/ (n = 2 /\\ n' = n + \"a\")\n====\n")
    header = {"schema": "tlapair.trace/1", "spec": "Odd.tla", "constants": {}}
    trace.write_text("\n".join(json.dumps(line) for line in (header, *[{"action": "Next"}] * 3)))
    code, _, err = run(capsys, "validate", str(spec), str(trace))
    assert code == 75 and "Odd.tla:5:" in err and f"{trace}:4:1" in err


def test_every_trace_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert codes(["T001", "T003", "T020", "T021"]) == 0
    out = capsys.readouterr().out
    assert "exit code 12" in out and "exit code 152" in out
