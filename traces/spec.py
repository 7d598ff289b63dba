"""From a trace's header to the spec it speaks of, ready to be asked for steps.

Takes the header, and optionally a spec's path and a cfg; gives a `Spec`: model, engine, and the decoder of the trace's
values. The cfg of the model is made here, because a recorded run has constants of its own:

* the header's constants override those of the cfg (by default the cfg beside the spec, if the spec was given by its
  path; none for a bundled spec);
* of the cfg, only constants, `INIT`, `NEXT` and `SPECIFICATION` matter. Invariants are the checker's business, and a
  constraint bounds what is explored, not what may happen. Without any of the three: `Spec`, else `Init` and `Next`;
* every string in the header's constants is a model value, unless it is written `{"#string": "text"}` or the cfg has it
  as a string.

Refused: no such spec (T010), a header of another module (T007), constants that the spec does not have, that cannot be
written, or that make an ASSUME false (T011).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.protocol import Engine
from modelcheck.errors import TlaError
from modelcheck.module import resolve_file
from modelcheck.module.model import Model, build_model
from modelcheck.module.tree import Constant, Definition, ResolvedModule
from modelcheck.syntax.config import (
    CfgModelValue,
    CfgName,
    CfgSet,
    CfgString,
    CfgValue,
    Config,
    parse_config,
    parse_config_text,
)
from modelcheck.values import Bool, ModelValue, Value, is_set, ordered, pretty, quote
from traces.decode import BadValue, Decoder
from traces.event import Header, Trace, did_you_mean
from traces.jsontext import Json
from traces.places import bundled

PLACEHOLDER = "__given_by_the_header"
Names: TypeAlias = tuple[CfgName | None, CfgName | None, CfgName | None]


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec with the constants of a trace. `path` is its file."""

    path: Path
    model: Model
    engine: Engine
    decoder: Decoder

    @property
    def module(self) -> str:
        """The root module's name."""
        return self.model.root.name


def spec_of(
    trace: Trace,
    path: Path | str | None = None,
    config: Path | str | None = None,
    library: Sequence[Path | str] = (),
    *,
    any_module: bool = False,
) -> Spec:
    """The spec of a trace: the one at `path`, or the bundled one that the header names.

    The module at `path` must be the one that the header names, or extend it; with `any_module` it may be another.
    """
    header = trace.header
    if path is None:
        path = bundled(header.spec, trace.header_span("spec"))
        _of_protocol(trace)
    elif config is None and Path(path).with_suffix(".cfg").is_file():
        config = Path(path).with_suffix(".cfg")
    path = Path(path)
    base = parse_config(config) if config is not None else parse_config_text("", "<no cfg>")
    return _load(trace, path, base, library, any_module)


def _of_protocol(trace: Trace) -> None:
    """A header that names a bundled protocol must name its spec."""
    from traces import pairs

    header = trace.header
    if header.protocol is None:
        return
    if header.protocol not in pairs.names():
        near = did_you_mean(header.protocol, pairs.names())
        raise TlaError("T007", f"there is no protocol {header.protocol!r}{near}", trace.header_span("protocol"))
    spec = pairs.protocol(header.protocol).spec
    if spec != header.spec:
        text = f"the header names protocol {header.protocol!r}, whose spec is {spec}, and {header.spec}"
        raise TlaError("T007", text, trace.header_span("protocol"))


def _load(trace: Trace, path: Path, base: Config, library: Sequence[Path | str], any_module: bool) -> Spec:
    from modelcheck.module.constants import rank_values
    from modelcheck.values import reset_order

    decoder = Decoder(_model_values(trace.header, base))
    values = _constants(trace, decoder)
    text, left_over = _as_cfg(values)
    own = parse_config_text(text, f"<the constants of {trace.name}>")
    reset_order()  # the order of values, and with it CHOOSE, is as if this model had been loaded from a cfg
    rank_values(own)
    root = resolve_file(path, library)
    stem = PurePosixPath(trace.header.spec).stem
    if not any_module and stem != root.name and stem not in root.modules:
        raise TlaError("T007", f"the trace is one of module {stem}, and {root.name} is another",
                       trace.header_span("spec"))
    _known_constants(trace, values, root)
    model = build_model(root, _joined(base, own, root, path))
    for constant in model.constants:
        if constant.name in left_over:
            model.constants[constant] = values[constant.name]
    for name in left_over:
        if not isinstance(root.names.get(name), Constant):
            raise TlaError("T011", f"{name} is a definition, and its value cannot be written in a cfg",
                           trace.header_span("constants", name))
    engine = ClosureEngine(model)
    _assume(trace, model, engine)
    return Spec(path, model, engine, decoder)


def _assume(trace: Trace, model: Model, engine: Engine) -> None:
    from modelcheck.judge import false_assumption
    from modelcheck.render.text import headline
    from modelcheck.verdict import AssumptionFalse

    wrong = false_assumption(model, engine)
    if isinstance(wrong, AssumptionFalse):
        raise TlaError("T011", f"with the constants of the trace, {headline(wrong)}", trace.header_span("constants"),
                       cause="the run was made with constants that the spec is not for", mend="",
                       notes=(("this is assumed", wrong.span),) if wrong.span is not None else ())


# ---- constants ----


def _model_values(header: Header, base: Config) -> frozenset[str]:
    """The strings of the trace that are model values."""
    names = set(_strings(header.constants))
    strings: set[str] = set()
    for entry in base.constants:
        for value in _leaves(entry.value):
            if isinstance(value, CfgModelValue):
                names.add(value.name)
            elif isinstance(value, CfgString):
                strings.add(value.value)
    return frozenset(names - strings)


def _strings(json: Json) -> Iterator[str]:
    if isinstance(json, str):
        yield json
    elif isinstance(json, list):
        for item in json:
            yield from _strings(item)
    elif isinstance(json, dict) and "#string" not in json:
        for item in json.values():
            yield from _strings(item)


def _leaves(value: CfgValue) -> Iterator[CfgValue]:
    if isinstance(value, CfgSet):
        for item in value.items:
            yield from _leaves(item)
    else:
        yield value


def _constants(trace: Trace, decoder: Decoder) -> dict[str, Value]:
    out = {}
    for name, written in trace.header.constants.items():
        try:
            out[name] = decoder.value(written, ("constants", name))
        except BadValue as error:
            raise TlaError("T009", error.message, trace.header_span(*error.path)) from None
    return out


def _as_cfg(values: dict[str, Value]) -> tuple[str, frozenset[str]]:
    """A cfg's text with these constants, and the names of those that no cfg can write."""
    lines, left_over = ["CONSTANTS"], set()
    for name, value in values.items():
        if _writable(value):
            lines.append(f"  {name} = {_written(value)}")
        else:
            left_over.add(name)
            lines.append(f"  {name} = {PLACEHOLDER}")
    return "\n".join(lines) + "\n", frozenset(left_over)


def _writable(value: Value) -> bool:
    if is_set(value):
        return all(_writable(item) for item in ordered(value))
    if isinstance(value, ModelValue):
        return value.name.replace("_", "a").isalnum() and value.name.isascii()
    return type(value) is str or type(value) is int or isinstance(value, Bool)


def _written(value: Value) -> str:
    if is_set(value):
        return "{" + ", ".join(_written(item) for item in ordered(value)) + "}"
    return quote(value) if type(value) is str else pretty(value)


def _known_constants(trace: Trace, values: dict[str, Value], root: ResolvedModule) -> None:
    for name in values:
        if not isinstance(root.names.get(name), Constant | Definition):
            known = [constant.name for constant in root.constants]
            span = trace.header_span("constants", name, key=True)
            raise TlaError("T011", f"module {root.name} has no constant {name!r}{did_you_mean(name, known)}", span)


def _joined(base: Config, own: Config, root: ResolvedModule, path: Path) -> Config:
    given = {entry.name for entry in own.constants}
    names = (base.init, base.next, base.specification)
    if not any(names):
        names = _default_names(root, path)
    return Config(
        base.file if base.file.text else own.file,
        constants=(*(e for e in base.constants if e.name not in given or e.module), *own.constants),
        replacements=tuple(e for e in base.replacements if e.name not in given or e.module),
        init=names[0],
        next=names[1],
        specification=names[2],
    )


def _default_names(root: ResolvedModule, path: Path) -> Names:
    text = ""
    if "Spec" in root.definitions:
        text = "SPECIFICATION Spec"
    elif "Init" in root.definitions and "Next" in root.definitions:
        text = "INIT Init NEXT Next"
    if not text:
        raise TlaError("T010", f"{path.name} defines neither Spec nor Init and Next",
                       mend="name them in a cfg: tlapair validate SPEC.tla TRACE --config X.cfg")
    made = parse_config_text(text, "<default>")
    return made.init, made.next, made.specification


def constants_key(header: Header) -> str:
    """Equal for headers whose traces can share a `Spec`."""
    return json.dumps([header.spec, header.protocol, header.constants], sort_keys=True)
