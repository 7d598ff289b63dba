"""Files, programs, the environment, and texts of numbers.

Files are reached and programs run through the run's context (E015 when it forbids them). `IOSerialize` writes ITF,
whatever `compress` says; model values come back as strings. A program is run without a shell, in the working directory,
with nothing to read; what it writes is taken as UTF-8.
"""

from __future__ import annotations

import json
import subprocess

from modelcheck.errors import EvalError
from modelcheck.stdlib.CSV import filled
from modelcheck.stdlib.Json import contents, text, write
from modelcheck.stdlib.registry import RunContext, function, natural, override, refuse, sequence, string
from modelcheck.values import Bool, Fn, Value, from_itf, make_function, make_record, pairs_in_order, show, to_itf


@override("IOUtils", "IOSerialize", impure=True, needs_context=True)
def io_serialize(context: RunContext, val: Value, name: Value, compress: Value) -> Bool:
    return write(context, "IOSerialize", name, text(to_itf(val)))


@override("IOUtils", "IODeserialize", impure=True, needs_context=True)
def io_deserialize(context: RunContext, name: Value, compressed: Value) -> Value:
    try:
        return from_itf(json.loads(contents(context, "IODeserialize", name)))
    except ValueError as error:
        raise refuse("IODeserialize", f"cannot read {show(name)}: {error}") from None


def _option(operator: str, options: Value, name: str) -> Value:
    found = options.get(name) if type(options) is Fn else None
    if found is None:
        raise EvalError("E003", f"the options of {operator}, {show(options)}, have no field {name}")
    return found


@override("IOUtils", "Serialize", impure=True, needs_context=True)
def serialize(context: RunContext, value: Value, dest: Value, options: Value) -> Fn:
    if _option("Serialize", options, "format") != "TXT":
        raise refuse("Serialize", "is provided for the format TXT only")
    modes = _option("Serialize", options, "openOptions")
    write(context, "Serialize", dest, string("Serialize", value), append="APPEND" in modes)
    return make_record(["exitValue", "stdout", "stderr"], [0, "", ""])


@override("IOUtils", "Deserialize", impure=True, needs_context=True)
def deserialize(context: RunContext, src: Value, options: Value) -> Fn:
    if _option("Deserialize", options, "format") != "TXT":
        raise refuse("Deserialize", "is provided for the format TXT only")
    read = contents(context, "Deserialize", src)
    return make_record(["exitValue", "stdout", "stderr"], [0, read, ""])


def _run(context: RunContext, operator: str, command: Value, env: dict[str, str]) -> Fn:
    """Run a program; what it leaves behind. E015 when the run forbids it, or there is no such program."""
    words = [string(operator, word) for word in sequence(operator, command)]
    if not words:
        raise EvalError("E004", f"{operator} needs a command, not an empty sequence")
    if not context.allow_exec:
        raise EvalError(
            "E015",
            f"{operator} would run the program {show(command)}",
            cause="programs are closed to a spec",
            mend="allow it with --allow-exec if you trust the spec",
        )
    try:
        done = subprocess.run(
            words,
            cwd=context.directory,
            env={**context.environment, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise EvalError("E015", f"{operator} cannot run {show(command)}: {why}", cause="", mend="see to it") from None
    except ValueError as error:  # a NUL in a word
        raise EvalError("E004", f"{operator} cannot run {show(command)}: {error}") from None
    return make_record(["exitValue", "stdout", "stderr"], [done.returncode, done.stdout, done.stderr])


def _environment(operator: str, env: Value) -> dict[str, str]:
    """Variables given as a function from names to strings, or as a set of pairs of strings."""
    if type(env) is frozenset:
        pairs = [sequence(operator, pair) for pair in env]
        if any(len(pair) != 2 for pair in pairs):
            raise EvalError("E004", f"{operator} needs pairs of a name and a string, not {show(env)}")
    else:
        pairs = list(pairs_in_order(function(operator, env)))
    return {string(operator, name): string(operator, value) for name, value in pairs}


def _command(operator: str, template: Value, parameters: Value) -> Value:
    """The words of a command with `%s`, `%1$s`, ... replaced by the parameters."""
    given = sequence(operator, parameters)
    return tuple([filled(string(operator, word), given) for word in sequence(operator, template)])


@override("IOUtils", "IOExec", impure=True, needs_context=True)
def io_exec(context: RunContext, command: Value) -> Value:
    return _run(context, "IOExec", command, {})


@override("IOUtils", "IOEnvExec", impure=True, needs_context=True)
def io_env_exec(context: RunContext, env: Value, command: Value) -> Value:
    return _run(context, "IOEnvExec", command, _environment("IOEnvExec", env))


@override("IOUtils", "IOExecTemplate", impure=True, needs_context=True)
def io_exec_template(context: RunContext, template: Value, parameters: Value) -> Value:
    return _run(context, "IOExecTemplate", _command("IOExecTemplate", template, parameters), {})


@override("IOUtils", "IOEnvExecTemplate", impure=True, needs_context=True)
def io_env_exec_template(context: RunContext, env: Value, template: Value, parameters: Value) -> Value:
    name = "IOEnvExecTemplate"
    return _run(context, name, _command(name, template, parameters), _environment(name, env))


@override("IOUtils", "IOEnv", impure=True, needs_context=True)
def io_env(context: RunContext) -> Value:
    return make_function(context.environment)


@override("IOUtils", "atoi")
def atoi(s: Value) -> int:
    digits = string("atoi", s)
    if digits.isascii() and digits.removeprefix("-").isdecimal():
        return int(digits)
    raise EvalError("E004", f"atoi needs the text of an integer, not {show(s)}")


@override("IOUtils", "zeroPadN")
def zero_pad(n: Value, width: Value) -> str:
    return str(natural("zeroPadN", n)).rjust(natural("zeroPadN", width), "0")
