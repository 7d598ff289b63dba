"""Argument parsing that answers with our codes instead of argparse's exit code 2."""

from __future__ import annotations

import os
from argparse import ArgumentParser, HelpFormatter, Namespace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from modelcheck.errors import TlaError

if TYPE_CHECKING:
    from modelcheck.stdlib.registry import Access


class Arguments(ArgumentParser):
    """An argument parser whose mistakes are `TlaError` U001 (exit code 151)."""

    def __init__(self, prog: str, description: str) -> None:
        formatter = partial(HelpFormatter, width=_width())
        super().__init__(prog=prog, description=description, allow_abbrev=False, formatter_class=formatter)

    def error(self, message: str) -> NoReturn:
        raise TlaError("U001", message, mend=f"see {self.prog} --help")


def _width() -> int:
    """Columns for the help text. Argparse would ask `shutil` for each option, whose imports take long."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns) - 2
    except (OSError, ValueError):
        return 78


def add_access(parser: ArgumentParser) -> None:
    """The options that let a spec reach out of its run."""
    parser.add_argument(
        "--allow-io", action="store_true", help="let the spec read and write files outside the working directory"
    )
    parser.add_argument("--allow-exec", action="store_true", help="let the spec run programs (IOUtils)")


def access_of(options: Namespace) -> Access:
    """What the options of `add_access` allow."""
    from modelcheck.stdlib.registry import Access

    return Access(options.allow_io, options.allow_exec)


def positive(text: str) -> int:
    """An option's value that is a whole number above zero."""
    number = int(text.replace(",", "").replace("_", ""))
    if number <= 0:
        raise ValueError(text)
    return number


def seconds(text: str) -> float:
    """An option's value that is a number of seconds above zero."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


positive.__name__ = "positive number"  # argparse names the type by it: invalid positive number value: 'x'
seconds.__name__ = "number of seconds"
