"""Every error code of the catalogue is met by somebody: through the command line, with its exit code, at its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from triggers import TRIGGERS, Trigger, broken

from modelcheck.cli import main
from modelcheck.errors import CODES

#: codes that need a failing system or a defect of ours, and so a function that is made to fail; L002 only a lower limit
BY_FAILING = {"M090", "L002", "L003", "L004", "S012", "S013", "S014", "T030", "T031", "T033", "X001", "X002", "X003"}
MARK = "«"
ERROR = re.compile(r"^(?:(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): )?error (?P<code>[A-Z]\d{3}): ", re.M)


def test_every_code_has_a_trigger() -> None:
    assert set(TRIGGERS) == set(CODES)
    assert {code for code, trigger in TRIGGERS.items() if trigger.failing is not None} == BY_FAILING


def place(name: str, marked: str) -> tuple[str, int, int] | None:
    """File, line and column of the mark."""
    before, mark, _ = marked.partition(MARK)
    return (name, before.count("\n") + 1, len(before) - before.rfind("\n")) if mark else None


def expected_place(trigger: Trigger) -> tuple[str, int, int] | None:
    if trigger.at is not None:
        return trigger.at
    texts = [(name, text) for name, text in trigger.files.items() if isinstance(text, str)]
    places = [place(name, text) for name, text in [*texts, *(("(expression)", word) for word in trigger.argv)]]
    return next((found for found in places if found is not None), None)


def said(out: str, err: str) -> tuple[str, tuple[str, int, int] | None]:
    """Code and place of the error that a command told."""
    if out.startswith("{"):
        error: dict[str, Any] = json.loads(out)["error"]
        where = (Path(error["file"]).name, error["line"], error["column"]) if "line" in error else None
        return error["code"], where
    found = ERROR.search(err) or ERROR.search(out)
    assert found is not None, (out, err)
    if found["line"] is None:
        return found["code"], None
    return found["code"], (Path(found["file"]).name, int(found["line"]), int(found["column"]))


@pytest.mark.parametrize("code", TRIGGERS)
def test_code(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    trigger = TRIGGERS[code]
    monkeypatch.chdir(tmp_path)
    for name, text in trigger.files.items():
        data = text.replace(MARK, "").encode() if isinstance(text, str) else text
        (tmp_path / name).write_bytes(data)
    if trigger.failing is not None:
        name, value = trigger.failing
        monkeypatch.setattr(name, broken(value) if isinstance(value, BaseException) else value)
    exit_code = main([word.replace(MARK, "") for word in trigger.argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    expected = CODES[code].exit_code
    assert (*said(out, err), exit_code) == (code, expected_place(trigger), expected)
