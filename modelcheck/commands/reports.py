"""Files for CI systems: `--junit FILE` and `--sarif FILE`, written also when the run fails or breaks off.

Refused (U005): a file in a folder that does not exist, or that cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.errors import TlaError

if TYPE_CHECKING:
    from argparse import Namespace

    from modelcheck.commands.arguments import Arguments
    from modelcheck.render.junit import Case
    from modelcheck.verdict import Verdict


def add_reports(parser: Arguments, *, sarif: bool = True) -> None:
    """The options."""
    parser.add_argument("--junit", metavar="FILE", help="write the results there as JUnit XML")
    if sarif:
        parser.add_argument("--sarif", metavar="FILE", help="write what is wrong there as SARIF 2.1.0")


def as_tla_error(error: BaseException) -> TlaError:
    """What went wrong, as an error of the catalogue."""
    if isinstance(error, TlaError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return TlaError("X002", "interrupted")
    if isinstance(error, MemoryError):
        return TlaError("L003", "memory ran out; nothing was found so far")
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return TlaError("X003", f"{error.strerror or error}{where}")
    if isinstance(error, RecursionError):
        return TlaError("L004", "the text is nested too deeply")
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return TlaError("X001", what, mend="run it again with --debug to see where, and report it with the input")


def refuse_unwritable(name: str | None) -> None:
    """U005 when there is no folder for a file that is to be written, or when it is a folder itself."""
    if name is None:
        return
    if not Path(name).absolute().parent.is_dir():
        raise TlaError("U005", f"cannot write {name}: there is no such folder")
    if Path(name).is_dir():
        raise TlaError("U005", f"cannot write {name}: it is a folder")


def write_file(name: str, text: str) -> None:
    """Write a text file; U005 when that fails."""
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise TlaError("U005", f"cannot write {name}: {(error.strerror or str(error)).lower()}") from None


class Reports:
    """The reports that a command's options ask for, on the spec (or whatever else) of that name."""

    def __init__(self, options: Namespace, about: str) -> None:
        self.junit: str | None = options.junit
        self.sarif: str | None = getattr(options, "sarif", None)
        self.about = about
        for name in (self.junit, self.sarif):
            refuse_unwritable(name)

    @contextmanager
    def on_failure(self) -> Iterator[None]:
        """Whatever is raised inside is written, and goes on."""
        try:
            yield
        except BaseException as error:
            if (self.junit or self.sarif) and not isinstance(error, SystemExit):
                self._write_failure(as_tla_error(error))
            raise

    def _write_failure(self, error: TlaError) -> None:
        from modelcheck.render.junit import failure_cases
        from modelcheck.render.sarif import error_as_sarif

        self.write_cases(failure_cases(error))
        if self.sarif is not None:
            self._write_sarif(error_as_sarif(error, Path(self.about), version()))

    def write(self, verdict: Verdict) -> None:
        """Write a verdict."""
        if self.junit is not None:
            from modelcheck.render.junit import check_cases

            self.write_cases(check_cases(verdict))
        if self.sarif is not None:
            from modelcheck.render.sarif import verdict_as_sarif

            self._write_sarif(verdict_as_sarif(verdict, Path(self.about), version()))

    def write_cases(self, cases: Sequence[Case]) -> None:
        """Write the JUnit file, if it is wanted."""
        if self.junit is not None:
            from modelcheck.render.junit import as_junit

            write_file(self.junit, as_junit(Path(self.about).stem, cases))

    def _write_sarif(self, data: object) -> None:
        import json

        assert self.sarif is not None
        write_file(self.sarif, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def version() -> str:
    """The version of the distribution that is installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as of

    try:
        return of("tlapair")
    except PackageNotFoundError:
        return "(not installed)"
