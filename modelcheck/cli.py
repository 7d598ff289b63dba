"""The command `tlapair`: finds the command that was asked for, imports it, runs it, and turns errors into exit codes.

Takes the arguments of the process; gives its exit code. A user's mistake is one coded message on standard error, never
a traceback; a mistake of ours is X001 and `--debug` shows its traceback.

Commands are named by module and function and imported only when called. Those that join specs with implementations
live in `traces`, which this package does not import.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

#: command: where its function `run(arguments) -> exit code` is, and what it does
COMMANDS = {
    "verify": ("traces.commands:verify", "check, run under faults and validate every bundled pair: the main job"),
    "check": ("modelcheck.commands.check:run", "model-check a spec: every reachable state, breadth first"),
    "simulate": ("modelcheck.commands.simulate:run", "walk random behaviors of a spec and check each of them"),
    "prove": ("modelcheck.commands.prove:run", "prove an invariant inductive, or for a number of steps, with z3"),
    "record": ("traces.commands:record", "run an implementation in the simulator and write its trace"),
    "run": ("traces.running:run", "run a protocol as processes under load and kills; validate what they did"),
    "validate": ("traces.commands:validate", "is a recorded trace a behavior of the spec? if not, where and why"),
    "drive": ("traces.drive.command:run", "walk an implementation along the behaviors of its spec"),
    "search": ("traces.faults.command:run", "look for a run that the spec does not explain, and shrink it"),
    "read": ("traces.read.command:run", "a pair's spec and Python side by side, as one page of HTML"),
    "parse": ("modelcheck.commands.parse:run", "read TLA+ files and show what was understood"),
    "eval": ("modelcheck.commands.eval:run", "evaluate a TLA+ expression"),
    "repl": ("modelcheck.commands.repl:run", "evaluate expressions as they are typed"),
    "codes": ("modelcheck.commands.codes:run", "explain error codes"),
}

#: What a command makes of a spec stays as long as the command runs, so the cyclic collector need not look at it often.
COLLECTOR = (200_000, 50, 1_000)

EXIT_LIMIT = 152
EXIT_SYSTEM = 153


def usage() -> str:
    """What `tlapair --help` prints."""
    width = max(map(len, COMMANDS))
    lines = [
        "usage: tlapair COMMAND ... [--debug]",
        "",
        "TLA+ specs paired with Python implementations: a model checker and a trace validator.",
        "",
        "commands:",
        *(f"  {name:<{width}}  {text}" for name, (_, text) in COMMANDS.items()),
        "",
        "tlapair COMMAND --help tells the options of a command; tlapair codes explains errors.",
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. `argv`: the arguments without the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    if debug:
        arguments.remove("--debug")
    _open_what_is_closed()
    try:
        with _patient_collector(argv is None), _termination_as_interrupt():
            code = _dispatch(arguments)
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output went away, as in `tlapair ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_SYSTEM
    except KeyboardInterrupt:
        return _say("error X002: interrupted", EXIT_SYSTEM)
    except MemoryError:
        return _say("error L003: memory ran out; nothing was found so far", EXIT_LIMIT)
    except Exception as error:
        return _failed(error, debug)
    return code


def _open_what_is_closed() -> None:
    """Standard streams that the caller has closed lead nowhere, and no other file gets their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115


@contextmanager
def _patient_collector(is_last: bool) -> Iterator[None]:
    """Let the cyclic collector run seldom, and not over all that is left when the process ends.

    `is_last`: nothing comes after this command; to set the collector back would make it run at once.
    """
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTOR)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        if not is_last:
            gc.set_threshold(*before)


@contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does: with what was found so far."""
    import signal
    import threading

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if arguments[0] in ("-V", "--version"):
        from modelcheck.commands.reports import version

        print(f"tlapair {version()}")
        return 0
    name = arguments[0]
    if name not in COMMANDS:
        from difflib import get_close_matches

        from modelcheck.errors import TlaError

        near = get_close_matches(name, COMMANDS, 1)
        mend = f"did you mean tlapair {near[0]}?" if near else None
        raise TlaError("U002", f"there is no command {name!r}", mend=mend)
    module, function = COMMANDS[name][0].split(":")
    run: Callable[[list[str]], int] = getattr(import_module(module), function)
    try:
        return run(arguments[1:])
    except SystemExit as leaving:  # argparse, after --help
        return leaving.code if isinstance(leaving.code, int) else 0


def _failed(error: Exception, debug: bool) -> int:
    from modelcheck.commands.reports import as_tla_error

    if debug:
        import traceback

        traceback.print_exception(error)
    known = as_tla_error(error)
    return _say(known.render(), known.exit_code)


def _say(text: str, code: int) -> int:
    from modelcheck.commands.aside import aside

    aside(text)
    return code
