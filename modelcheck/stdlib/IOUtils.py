"""Files, the environment, and texts of numbers. Running programs is refused (E015), always.

Files are reached through the run's context (E015 when it forbids them). `IOSerialize` writes ITF, whatever
`compress` says; model values come back as strings.
"""

from __future__ import annotations

import json

from modelcheck.errors import EvalError
from modelcheck.stdlib.Json import contents, text, write
from modelcheck.stdlib.registry import RunContext, natural, override, refuse, string
from modelcheck.values import Bool, Fn, Value, from_itf, make_function, make_record, show, to_itf


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


def _no_program(operator: str, command: Value) -> EvalError:
    return EvalError("E015", f"{operator} would run the program {show(command)}")


@override("IOUtils", "IOExec")
def io_exec(command: Value) -> Value:
    raise _no_program("IOExec", command)


@override("IOUtils", "IOEnvExec")
def io_env_exec(env: Value, command: Value) -> Value:
    raise _no_program("IOEnvExec", command)


@override("IOUtils", "IOExecTemplate")
def io_exec_template(template: Value, parameters: Value) -> Value:
    raise _no_program("IOExecTemplate", template)


@override("IOUtils", "IOEnvExecTemplate")
def io_env_exec_template(env: Value, template: Value, parameters: Value) -> Value:
    raise _no_program("IOEnvExecTemplate", template)


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
