"""A plugin for pytest: specs are checked as tests.

It collects nothing by default. It offers the fixture `check_spec`:

    def test_jugs(check_spec):
        verdict = check_spec("Jugs.tla")            # beside the test; fails unless all is well, or as pinned
        assert verdict.counts.distinct == 16

and with `tlapair_collect = true` among pytest's ini options every cfg with a pinned expectation
(`\\* tlapair: expect ...`) is a test: the module of its name beside it, checked, must end as pinned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from modelcheck.verdict import Verdict

COLLECT = "tlapair_collect"
_PINS = re.compile(rb"tlapair\s*:", re.IGNORECASE)


class SpecFailedError(Exception):
    """A check did not end well, or not as pinned; `verdict` says how."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict

    def __str__(self) -> str:
        from modelcheck.render.text import verdict_as_text

        return f"exit code {self.verdict.process_exit_code}\n{verdict_as_text(self.verdict)}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini option."""
    parser.addini(COLLECT, "check every cfg that pins an expectation, as a test", type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CfgFile | None:
    """A cfg that pins something, where that is wanted."""
    if file_path.suffix != ".cfg" or not parent.config.getini(COLLECT) or not _PINS.search(file_path.read_bytes()):
        return None
    collected: CfgFile = CfgFile.from_parent(parent, path=file_path)
    return collected


class CfgFile(pytest.File):
    """A cfg."""

    def collect(self) -> Iterable[CfgItem]:
        """One test."""
        yield CfgItem.from_parent(self, name="check")


class CfgItem(pytest.Item):
    """The check of a cfg with the module of its name."""

    def runtest(self) -> None:
        """Check; it fails unless the outcome is as pinned."""
        _checked(self.path.with_suffix(".tla"), self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """What is wrong, as the command says it; no traceback for what is the user's."""
        from modelcheck.errors import TlaError

        if isinstance(excinfo.value, SpecFailedError | TlaError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file and a name."""
        return self.path, 0, f"check {self.path.name}"


@pytest.fixture
def check_spec(request: pytest.FixtureRequest) -> Callable[..., Verdict]:
    """Check a spec; arguments as those of `modelcheck.check`, paths relative to the test's folder."""
    folder = request.path.parent

    def run(path: str | Path, config: str | Path | None = None, **options: Any) -> Verdict:
        return _checked(folder / path, None if config is None else folder / config, **options)

    return run


def _checked(path: Path, config: Path | None, **options: Any) -> Verdict:
    from modelcheck.check import check

    verdict = check(path, config, **options)
    if verdict.process_exit_code != 0:
        raise SpecFailedError(verdict)
    return verdict
