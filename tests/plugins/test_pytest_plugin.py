"""The plugin for pytest: what it collects, and the fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytest_plugins = ["pytester"]

SPEC = """---- MODULE {name} ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x < 3 /\\ x' = x + 1
Inv == x < 3
====
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # it may be installed too
    for name, pin in (
        ("Good", "\\* tlapair: expect violated Inv, length 4"),
        ("Bad", "\\* tlapair: expect holds"),
        ("Wrong", "\\* tlapair: expect hols"),
        ("Plain", ""),
    ):
        pytester.path.joinpath(f"{name}.tla").write_text(SPEC.format(name=name))
        pytester.path.joinpath(f"{name}.cfg").write_text(f"INIT Init NEXT Next INVARIANT Inv\n{pin}\n")
    pytester.path.joinpath("Alone.cfg").write_text("INIT Init NEXT Next \\* tlapair: expect holds")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "modelcheck.pytest_plugin", "-p", "no:cacheprovider", *options)


def test_nothing_is_collected_by_default(project: pytest.Pytester) -> None:
    assert run(project).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_pinned_models_are_collected_when_asked_for(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ntlapair_collect = true\n")
    result = run(project, "-v")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "Good.cfg::check PASSED*",
            "Bad.cfg::check FAILED*",
            "exit code 155",
            "*Bad.cfg:2:20: error V007: the verdict is violated Inv, but holds is pinned",
            "*Wrong.cfg:2:20: error C041: *",
            "error P001: cannot read *Alone.tla*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_the_fixture(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_good(check_spec):
            assert check_spec("Good.tla").counts.distinct == 4

        def test_other_cfg(check_spec):
            check_spec("Plain.tla", "Good.cfg", expect="violated Inv")

        def test_plain(check_spec):
            check_spec("Plain.tla")
        """
    )
    result = run(project)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*SpecFailedError: exit code 12", "*Invariant Inv is violated."])
