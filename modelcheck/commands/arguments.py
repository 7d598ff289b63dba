"""Argument parsing that answers with our codes instead of argparse's exit code 2."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import NoReturn

from modelcheck.errors import TlaError


class Arguments(ArgumentParser):
    """An argument parser whose mistakes are `TlaError` U001 (exit code 151)."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise TlaError("U001", message, mend=f"see {self.prog} --help")


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
