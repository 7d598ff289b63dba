"""What an evaluation error says beyond its one line: where the values came from, and what was tried.

For messages only: nothing here runs unless an evaluation has already failed. Evaluating again what only illustrates an
error may fail in turn; then that part is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.engine.runtime import TARGET, UNSET, Frame
from modelcheck.errors import EvalError
from modelcheck.ir import flow, ops
from modelcheck.source import Span
from modelcheck.values import Value, show

WIDTH = 60


def text_of(span: Span | None) -> str:
    """The text at a place, on one line."""
    return " ".join(span.text.split()) if span is not None else "…"


def compared(error: EvalError, op: ops.Binary, a: Value, b: Value) -> EvalError:
    """The error of comparing two values (E001), with where each came from unless it is written there."""
    if error.code == "E001" and error.span is None:
        sites = op.sites if len(op.sites) == 2 else (op.left.span, op.right.span)
        error.notes = (*error.notes, *_origin(sites[0], a), *_origin(sites[1], b))
    error.at(op.span)
    return error


def _origin(site: Span | None, value: Value) -> tuple[tuple[str, Span | None], ...]:
    text, shown = text_of(site), show(value, WIDTH)
    return () if site is None or text == shown else ((f"{shown} is the value of {text}", site),)


def enumerated(error: EvalError, binder: ops.Binder) -> EvalError:
    """The error of a set that a binder cannot run through: at the set, with the binder if that is elsewhere (E002)."""
    span = error.span or binder.domain.span or binder.span
    if error.code == "E002" and binder.span is not None and span is not None:
        inside = span.file is binder.span.file and binder.span.start <= span.start < binder.span.end
        if not inside:
            error.notes = (*error.notes, (f"it is enumerated for {text_of(binder.span)}", binder.span))
    error.at(span)
    return error


def no_witness(op: ops.Choose, tried: int, domain: Value) -> EvalError:
    """E005: the set and the predicate of a CHOOSE without a witness."""
    text, shown = text_of(op.binders[0].site), show(domain, WIDTH)
    named = shown if text in (shown, "…") else f"{text}, which is {shown},"
    said = f"CHOOSE finds no element of {named} that satisfies {text_of(op.body.span)} ({tried:,} tried)"
    return EvalError("E005", said, op.span)


def without_value(text: str, variables: list[str], emit: flow.Emit, root: flow.Node, frame: Frame) -> EvalError:
    """E008 with the disjunct that leaves a variable out, and what it does give."""
    notes: list[tuple[str, Span | None]] = []
    arms = list(_arms_to(root, emit))
    if len(arms) == 1 and arms[0] is not None:
        notes.append((f"this disjunct leaves {', '.join(emit.missing)} out", arms[0]))
    target = frame[TARGET]
    if isinstance(target, list):
        given = [f"{n}' = {show(v, WIDTH)}" for n, v in zip(variables, target, strict=True) if v is not UNSET]
        notes.append((f"it gives {', '.join(given)}" if given else "it gives no variable a value", None))
    return EvalError("E008", text, emit.span, notes=tuple(notes))


def _arms_to(root: flow.Node, emit: flow.Emit) -> Iterator[Span | None]:
    """For each path to the end of a step: where the innermost disjunct on it begins (None: there is none)."""
    stack: list[tuple[flow.Node, flow.Node | None]] = [(root, None)]
    seen: set[tuple[int, int]] = set()
    while stack:
        node, arm = stack.pop()
        if (id(node), id(arm)) in seen:
            continue
        seen.add((id(node), id(arm)))
        if node is emit:
            yield None if arm is None else _first_span(arm)
        splits = isinstance(node, flow.Branch)
        stack += [(after, after if splits else arm) for after in flow.following(node)]


def _first_span(node: flow.Node) -> Span | None:
    """The place of the first part of a path that has one."""
    while True:
        for op in (getattr(node, "test", None), node, getattr(node, "expr", None)):
            span: Span | None = getattr(op, "span", None)
            if span is not None:
                return span
        after = flow.following(node)
        if len(after) != 1:
            return None
        node = after[0]


def no_arm(explained: list[tuple[ops.Op, list[tuple[str, Value]]]], span: Span | None) -> EvalError:
    """E006: each guard of a CASE without a match, with the values of its parts."""
    notes = []
    for guard, parts in explained:
        values = ", ".join(f"{text} = {show(value, WIDTH)}" for text, value in parts)
        notes.append((f"{text_of(guard.span)} is FALSE" + (f": {values}" if values else ""), None))
    text = "none of the guards of this CASE is true, and it has no OTHER"
    return EvalError("E006", text, span, notes=tuple(notes))


def case_without_match(compiler: object, guards: list[ops.Op], frame: Frame, span: Span | None) -> EvalError:
    """The error of a CASE whose guards are all false in this frame."""
    from modelcheck.engine.explain import explain  # it needs the compiler, which needs this module

    explained = []
    for guard in guards:
        parts: list[tuple[str, Value]] = []
        try:
            why = explain(compiler, guard, frame)  # type: ignore[arg-type]
        except EvalError:
            why = None
        if why is not None:
            parts = [*why.bound, *((part.text, part.value) for part in why.parts)]
        explained.append((guard, parts))
    return no_arm(explained, span)
