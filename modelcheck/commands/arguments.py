"""Argument parsing that answers with our codes instead of argparse's exit code 2.

`Arguments` takes what argparse takes. What is plainly said (an option by its whole name, its value after it, the
arguments that have to be there) it understands by itself; for all else, help and mistakes among it, it asks argparse,
which takes some 8 ms to get ready.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from modelcheck.errors import TlaError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from modelcheck.stdlib.registry import Access

WORKERS_MAX = 256

_PLAIN = {"metavar", "help", "action", "default", "type", "choices", "dest"}
_ACTIONS = (None, "store_true", "append")


class Arguments:
    """An argument parser whose mistakes are `TlaError` U001 (exit code 151)."""

    def __init__(self, prog: str, description: str) -> None:
        self.prog = prog
        self._description = description
        self._groups: list[tuple[str, list[_Argument]]] = [("", [])]

    def add_argument(self, *names: str, **how: Any) -> None:
        """See `argparse`."""
        self._groups[0][1].append(_Argument(names, how))

    def add_argument_group(self, title: str) -> Group:
        """See `argparse`."""
        self._groups.append((title, []))
        return Group(self._groups[-1][1])

    def parse_args(self, argv: Sequence[str] | None = None) -> Namespace:
        """What the arguments say, by name."""
        words = list(sys.argv[1:] if argv is None else argv)
        understood: Any = _understood([a for _, group in self._groups for a in group], words)
        return understood if understood is not None else self._parser().parse_args(words)

    @property
    def names(self) -> list[str]:
        """All names of arguments and options."""
        return [name for _, group in self._groups for argument in group for name in argument.names]

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise TlaError("U001", message, mend=f"see {self.prog} --help")

    def _parser(self) -> ArgumentParser:
        """Argparse's parser."""
        from argparse import ArgumentParser, HelpFormatter
        from functools import partial

        formatter = partial(HelpFormatter, width=_width())
        parser = ArgumentParser(self.prog, None, self._description, allow_abbrev=False, formatter_class=formatter)
        parser.error = self.error  # type: ignore[method-assign]
        for title, arguments in self._groups:
            group = parser.add_argument_group(title) if title else parser
            for argument in arguments:
                group.add_argument(*argument.names, **argument.how)
        return parser


class Group:
    """Arguments under a title of their own in the help."""

    def __init__(self, arguments: list[_Argument]) -> None:
        self._arguments = arguments

    def add_argument(self, *names: str, **how: Any) -> None:
        """See `argparse`."""
        self._arguments.append(_Argument(names, how))


class _Argument:
    """One argument, as it was asked for."""

    __slots__ = ("how", "names")

    def __init__(self, names: tuple[str, ...], how: dict[str, Any]) -> None:
        self.names, self.how = names, how

    @property
    def is_option(self) -> bool:
        return self.names[0][0] == "-"

    @property
    def is_plain(self) -> bool:
        """Whether it is understood here."""
        how = self.how
        converted = "type" in how and isinstance(how.get("default"), str)
        return how.keys() <= _PLAIN and how.get("action") in _ACTIONS and not converted

    @property
    def dest(self) -> str:
        long = next((name for name in self.names if name.startswith("--")), self.names[0])
        return str(self.how.get("dest") or long.lstrip("-").replace("-", "_"))

    @property
    def default(self) -> Any:
        return self.how.get("default", False if self.how.get("action") == "store_true" else None)


def _understood(arguments: list[_Argument], words: list[str]) -> SimpleNamespace | None:
    """What the words say; None if that is not plain."""
    if not all(argument.is_plain for argument in arguments):
        return None
    said = {argument.dest: argument.default for argument in arguments}
    options = {name: argument for argument in arguments if argument.is_option for name in argument.names}
    needed = [argument for argument in arguments if not argument.is_option]
    rest = iter(words)
    try:
        for word in rest:
            argument = options[word] if word[:1] in ("-", "") else needed.pop(0)
            if argument.how.get("action") == "store_true":
                said[argument.dest] = True
                continue
            value = _value(argument, next(rest) if argument.is_option else word)
            again = argument.how.get("action") == "append"
            said[argument.dest] = [*(said[argument.dest] or ()), value] if again else value
    except (LookupError, StopIteration, ValueError, TypeError):
        return None
    return None if needed else SimpleNamespace(**said)


def _value(argument: _Argument, word: str) -> Any:
    """The value that a word stands for. ValueError if argparse is to look at it."""
    if word[:1] in ("-", ""):
        raise ValueError(word)
    kind: Callable[[str], Any] = argument.how.get("type", str)
    value = kind(word)
    if value not in argument.how.get("choices", (value,)):
        raise ValueError(word)
    return value


def _width() -> int:
    """Columns for the help text. Argparse would ask `shutil` for each option, whose imports take long."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns) - 2
    except (OSError, ValueError):
        return 78


def add_library(parser: Arguments) -> None:
    """The option for more folders to look for modules in."""
    parser.add_argument(
        "-I", "--library", metavar="DIR", action="append", default=[], help="look for modules there too"
    )


def add_access(parser: Arguments) -> None:
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


def workers(text: str) -> int:
    """An option's value that is a number of threads or processes: more than `WORKERS_MAX` would only cost memory."""
    number = positive(text)
    if number > WORKERS_MAX:
        raise ValueError(text)
    return number


positive.__name__ = "positive number"  # argparse names the type by it: invalid positive number value: 'x'
seconds.__name__ = "number of seconds"
workers.__name__ = f"number from 1 to {WORKERS_MAX}"
