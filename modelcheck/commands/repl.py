"""`tlapair repl [MODULE.tla]`: expressions and definitions, evaluated as they are typed.

A line is an expression, a definition (`Op(x) == ...`; kept, and replaced when made again), `EXTENDS M`, or a command
that begins with a colon. An expression that is not finished goes on on the next line. With prompt_toolkit installed
(the extra `repl`) names are completed while typing; else readline does it on Tab, where Python has it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from modelcheck.commands.arguments import Arguments, access_of, add_access, add_library
from modelcheck.commands.eval import value_lines
from modelcheck.errors import TlaError
from modelcheck.render.types import type_text
from modelcheck.session import STANDARD, Session, is_unit
from modelcheck.syntax.scanner import KEYWORDS
from modelcheck.values import show

PROMPT, MORE = "tla> ", "...> "
COMMANDS = {
    ":help": "this list",
    ":type EXPR": "the type of an expression's value",
    ":def [NAME]": "the text that defines a name; without one, what was typed in",
    ":trace FILE": "load a saved trace (ITF); expressions then speak of its states",
    ":state [N]": "go to state N of the trace; without a number, show the state at hand",
    ":time on|off": "show how long an evaluation took (on)",
    ":reload": "read the module and its cfg again",
    ":quit": "leave (also Ctrl-D)",
}
_UNFINISHED = (
    "before the end of the text", "the expression ends where", "nothing stands after the bullet",
    "is declared RECURSIVE and not defined",
)  # fmt: skip


def arguments() -> Arguments:
    """The command's options."""
    parser = Arguments("tlapair repl", "Evaluate TLA+ expressions as they are typed.")
    parser.add_argument(
        "module", metavar="MODULE.tla", nargs="?", help=f"use its names (default: {', '.join(STANDARD)})"
    )
    parser.add_argument("--config", metavar="X.cfg", help="a cfg for its constants (default: the one beside it)")
    parser.add_argument("--extends", metavar="M", action="append", default=[], help="use the names of module M too")
    add_library(parser)
    add_access(parser)
    return parser


def run(argv: Sequence[str]) -> int:
    """Read, evaluate, print, until the end."""
    options = arguments().parse_args(argv)
    session = Session(
        options.module, options.config, extends=options.extends, library=options.library, access=access_of(options)
    )
    repl = Repl(session)
    read = reader(repl)
    if sys.stdin.isatty():
        print(f"tlapair: {', '.join(repl.session.extends)}. Type :help for help, :quit to leave.")
    while not repl.done:
        try:
            repl.line(read(MORE if repl.pending else PROMPT))
        except EOFError:
            repl.end()
        except KeyboardInterrupt:
            repl.pending = ""
            print("interrupted")
    return 0


class Repl:
    """The loop without its terminal: `line` takes a line and writes what comes of it."""

    def __init__(self, session: Session, write: Callable[[str], None] = print) -> None:
        self.session = session
        self.write = write
        self.timing = True
        self.done = False
        self.pending = ""  # the beginning of an expression that is not finished

    def line(self, text: str) -> None:
        """One line of input. Errors of the user are written, never raised."""
        if not self.pending and text.strip().startswith(":"):
            self._guarded(lambda: self._command(text.strip()))
            return
        whole = f"{self.pending}\n{text}" if self.pending else text
        unfinished_allowed = bool(text.strip())
        self.pending = ""
        if whole.strip():
            self._guarded(lambda: self._enter(whole, unfinished_allowed))

    def end(self) -> None:
        """The end of the input: what is pending is evaluated as it stands."""
        whole, self.pending, self.done = self.pending, "", True
        if whole:
            self._guarded(lambda: self._enter(whole, False))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except TlaError as error:
            self.write(error.render())

    def _enter(self, text: str, may_go_on: bool) -> None:
        try:
            if is_unit(text):
                self.write(f"defined {self.session.define(text)}")
                return
            began = perf_counter()
            value = self.session.evaluate(text)
        except TlaError as error:
            if may_go_on and any(part in error.message for part in _UNFINISHED):
                self.pending = text
                return
            raise
        seconds = perf_counter() - began
        for line in value_lines(value):
            self.write(line)
        if self.timing:
            self.write(f"({_duration(seconds)})")

    # ---- commands ----

    def _command(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        known: dict[str, Callable[[str], None]] = {
            ":help": self._help,
            ":type": self._type,
            ":def": self._def,
            ":trace": self._trace,
            ":state": self._state,
            ":time": self._time,
            ":reload": self._reload,
            ":quit": self._quit,
            ":q": self._quit,
        }
        if word not in known:
            from difflib import get_close_matches

            near = get_close_matches(word, known, 1)
            mend = f"did you mean {near[0]}?" if near else "type :help for the list"
            raise TlaError("U002", f"there is no command {word}", cause="", mend=mend)
        known[word](rest)

    def _help(self, rest: str) -> None:
        width = max(map(len, COMMANDS))
        self.write("an expression is evaluated; Op(x) == ... is kept; EXTENDS M adds a module's names")
        for command, text in COMMANDS.items():
            self.write(f"  {command:<{width}}  {text}")

    def _type(self, rest: str) -> None:
        if not rest:
            raise TlaError("U001", ":type needs an expression", cause="", mend="as in :type {1, 2}")
        self.write(type_text(self.session.evaluate(rest)))

    def _def(self, rest: str) -> None:
        if rest:
            self.write(self.session.text_of(rest))
        elif self.session.typed:
            for text in self.session.typed:
                self.write(text)
        else:
            self.write("nothing was defined yet")

    def _trace(self, rest: str) -> None:
        if not rest:
            raise TlaError("U001", ":trace needs a file", cause="", mend="as in :trace run.itf.json")
        trace = self.session.load_trace(Path(rest).expanduser())
        back = "" if trace.loop is None else f", then back to state {trace.loop + 1}"
        told = f": {trace.description}" if trace.description else ""
        self.write(f"{len(trace.states)} states{back}{told}")
        self._state("1")

    def _state(self, rest: str) -> None:
        if rest:
            if not rest.isdecimal():
                raise TlaError("U013", f"{rest!r} is no number of a state")
            self.session.go_to(int(rest))
        trace = self.session.trace
        if trace is None:
            raise TlaError("U013", "no trace is loaded", mend="load one with :trace FILE")
        at = self.session.at
        action = trace.actions[at]
        self.write(f"State {at + 1} of {len(trace.states)}{f' ({action})' if action else ''}")
        for name, value in zip(self.session.engine.variables, trace.states[at], strict=True):
            self.write(f"  /\\ {name} = {show(value)}")

    def _time(self, rest: str) -> None:
        if rest not in ("on", "off"):
            raise TlaError("U001", "write :time on or :time off", cause="", mend="")
        self.timing = rest == "on"

    def _reload(self, rest: str) -> None:
        self.session.reload()
        self.write("read again")

    def _quit(self, rest: str) -> None:
        self.done = True

    # ---- completion ----

    def completions(self, word: str) -> list[str]:
        """What may stand in place of a word that was begun."""
        if word.startswith(":"):
            return [command.split()[0] for command in COMMANDS if command.startswith(word)]
        words: Iterable[str] = (*self.session.names(), *KEYWORDS)
        return sorted({name for name in words if name.startswith(word)}) if word else []


def _duration(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


# ---- terminals ----


def history_file() -> Path:
    """Where lines typed before are kept."""
    folder = os.environ.get("XDG_STATE_HOME")
    return (Path(folder) if folder else Path.home() / ".local" / "state") / "tlapair" / "history"


def reader(repl: Repl) -> Callable[[str], str]:
    """What reads a line: prompt_toolkit, readline, or nothing but `input`."""
    if not sys.stdin.isatty():
        return lambda prompt: _plain_line()
    history = history_file()
    try:
        history.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        history = Path(os.devnull)
    with suppress(ImportError):
        return _with_prompt_toolkit(repl, history)
    with suppress(ImportError):
        _prepare_readline(repl, history)
    return input


def _plain_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _with_prompt_toolkit(repl: Repl, history: Path) -> Callable[[str], str]:
    import re
    from importlib import import_module

    toolkit: Any = import_module("prompt_toolkit")
    completion: Any = import_module("prompt_toolkit.completion")
    kept: Any = import_module("prompt_toolkit.history")
    begun = re.compile(r"(?:^\s*:)?\w*$")  # a word, or a command at the beginning of the line

    class Names(completion.Completer):  # type: ignore[misc]
        def get_completions(self, document: Any, complete_event: Any) -> Iterable[Any]:
            found = begun.search(document.text_before_cursor)
            word = "" if found is None else found.group().lstrip()
            for name in repl.completions(word):
                yield completion.Completion(name, start_position=-len(word))

    shortcuts: Any = import_module("prompt_toolkit.shortcuts")
    session: Any = toolkit.PromptSession(
        history=kept.FileHistory(f"{history}.toolkit"),
        completer=Names(),
        complete_while_typing=False,
        complete_style=shortcuts.CompleteStyle.READLINE_LIKE,
    )
    prompt: Callable[[str], str] = session.prompt
    return prompt


def _prepare_readline(repl: Repl, history: Path) -> None:
    import atexit
    import readline

    def complete(word: str, number: int) -> str | None:
        found = repl.completions(word)
        return found[number] if number < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" \t\n()[]{}<>,+-*/=|&^~#'\"\\")
    readline.parse_and_bind("tab: complete")
    with suppress(OSError):  # no history yet
        readline.read_history_file(history)
    atexit.register(_keep_history, readline, history)


def _keep_history(readline: Any, history: Path) -> None:
    with suppress(OSError):  # a history that cannot be kept is no reason to complain on leaving
        readline.write_history_file(history)
