"""`@action("Phase1b", node="a")`: this method is the spec's action `Phase1b(a)`.

The method's parameters carry the spec's names. The parameter that names the acting node itself is given
once, by `node=`, because the method has `self` for it; it comes first among the action's parameters. A
parameter listed in `witness` is none of the action's: the spec binds it inside (`\\E m \\in msgs : …`).

    @action("Phase1b", node="a", witness=("m",))
    def phase1b(self, m: Prepare) -> Effects:
        if not m.bal > self.max_bal:
            return DISABLED
        self.max_bal = m.bal
        return Persist("max_bal", m.bal), Send(…)

A method returns `DISABLED` when a guard fails, and must then have changed nothing; otherwise its effects
(one, or several, or `()`), before which the decorator puts `Taken`, the mark of the action. Guards first,
then updates, then sends, in the spec's order: the reader's eye goes straight across.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pyimpl.kernel.effects import Apply, CancelTimer, Effect, Effects, Persist, Reply, Send, SetTimer, Taken
from pyimpl.kernel.mapping import to_json

if TYPE_CHECKING:
    from pyimpl.kernel.node import Node


class _Disabled(tuple[Effect, ...]):
    """The type of `DISABLED`, an empty tuple that can be told from `()`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "DISABLED"


DISABLED: Effects = _Disabled()
"""Returned by an action whose guard is false: no step was taken. As effects, it is empty."""

N = TypeVar("N", bound="Node")
P = ParamSpec("P")
_EFFECT = (Send, Reply, Persist, SetTimer, CancelTimer, Apply, Taken)


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One action of a node class: the spec's name and parameters (in the spec's order), and the method's
    name."""

    name: str
    parameters: tuple[str, ...]
    witness: tuple[str, ...]
    method: str
    file: str
    line: int


def action(
    name: str, *, node: str | None = None, witness: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[N, P], Effect | Iterable[Effect]]], Callable[Concatenate[N, P], Effects]]:
    """Bind a method of a `Node` to the action `name` of its spec; see the module's text for the
    parameters."""

    def bind(
        method: Callable[Concatenate[N, P], Effect | Iterable[Effect]],
    ) -> Callable[Concatenate[N, P], Effects]:
        own = tuple(inspect.signature(method).parameters)[1:]
        unknown = [w for w in witness if w not in own]
        if unknown:
            raise TypeError(f"action {name}: the method has no parameter {unknown[0]!r}")
        code = method.__code__
        given = tuple(p for p in own if p not in witness)
        parameters = given if node is None else (node, *given)
        info = ActionInfo(name, parameters, witness, method.__name__, code.co_filename, code.co_firstlineno)

        @functools.wraps(method)
        def taken(self: N, /, *args: P.args, **kwargs: P.kwargs) -> Effects:
            result = method(self, *args, **kwargs)
            if result is DISABLED:
                return DISABLED
            effects = (result,) if isinstance(result, _EFFECT) else tuple(result)
            values: dict[str, Any] = dict(zip(own, args, strict=False)) | kwargs
            if node is not None:
                values[node] = self.name
            mark = Taken(
                name,
                {p: to_json(values[p]) for p in parameters},
                {w: to_json(values[w]) for w in witness},
                self.snapshot(self) if self.snapshot is not None else None,
            )
            return (mark, *effects)

        setattr(taken, "__action__", info)  # noqa: B010 - a function has no such attribute to the type checker
        return taken

    return bind


def actions_of(node_class: type[Node]) -> tuple[ActionInfo, ...]:
    """The actions of a node class, in the order of their definitions; an override keeps the place of what
    it overrides.

    Raises TypeError when a subclass overrides an action's method without saying which action it is: its
    steps would silently leave the trace.
    """
    found: dict[str, ActionInfo] = {}
    for cls in reversed(node_class.__mro__):
        for attribute, value in vars(cls).items():
            info = getattr(value, "__action__", None)
            if isinstance(info, ActionInfo):
                found[attribute] = info
            elif attribute in found:
                raise TypeError(f"{cls.__name__}.{attribute} overrides action {found[attribute].name}: decorate it")
    return tuple(found.values())
