"""`Protocol`: the one object by which the command line, the tests and the trace validator drive an
implementation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyimpl.kernel.action import ActionInfo, actions_of
from pyimpl.kernel.mapping import Mapping

if TYPE_CHECKING:
    from pyimpl.kernel.node import Node
    from pyimpl.sim.choices import Choices
    from pyimpl.sim.world import World


@dataclass(frozen=True)
class Mutant:
    """A faulty implementation, the twin of a broken spec of the same name.

    `what` is the mistake in a sentence; `faults` and `seed` are a run whose trace is no behavior of the
    spec and in which, moreover, the nodes end up in disagreement.
    """

    name: str
    what: str
    faults: frozenset[str]
    seed: int


@dataclass(frozen=True)
class EnvironmentAction:
    """A move of the simulator that the spec has as an action: a `role`'s "crash" is `RMCrash(r)`, say.

    `node` is the parameter that names the node, None if there is none. It is put in the trace when the move
    changes the spec's state, and at no other time. Moves without such an entry are stuttering steps of the
    spec.
    """

    move: str
    role: type[Node]
    action: str
    node: str | None


@dataclass(frozen=True)
class Protocol:
    """An implementation with its spec.

    name         as on the command line and in trace headers.
    spec         the spec's file, relative to the folder of specs, with `/`.
    constants    the spec's constants as JSON values (`pyimpl.kernel.mapping`): what the trace header carries.
    nodes        node name -> node class, in order; the correct ones.
    mapping      the table of variables.
    environment  the moves of the simulator that the spec has as actions.
    faults       the faults that the implementation is run under.
    mutants      the faulty twins.
    build        (choices, faults, faulty) -> World, ready to run; `faulty` names a mutant or is None.
    narrow       constants that only cover what a run did.
    runs         how many runs `tlapair verify` makes, unless told otherwise: fewer where a run is long.
    further      classes of nodes of which there may be more than `nodes` has, when they are processes, by how their
                 names begin: a "c" before a number.
    """

    name: str
    spec: str
    constants: dict[str, Any]
    nodes: dict[str, type[Node]]
    mapping: Mapping
    environment: tuple[EnvironmentAction, ...]
    faults: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    build: Callable[[Choices, frozenset[str], str | None], World]
    narrow: Callable[[World], dict[str, Any]] | None = None
    runs: int = 100
    further: dict[str, type[Node]] = field(default_factory=dict)

    def class_of(self, node: str) -> type[Node] | None:
        """The class of the node of that name, None if there can be no such node."""
        of_more = (
            cls for begin, cls in self.further.items() if node.startswith(begin) and node[len(begin) :].isdecimal()
        )
        return self.nodes.get(node) or next(of_more, None)

    def actions(self) -> tuple[ActionInfo, ...]:
        """The actions of all node classes, class by class in order of `nodes`, each in order of
        definition."""
        found: dict[str, ActionInfo] = {}
        for cls in dict.fromkeys(self.nodes.values()):
            for info in actions_of(cls):
                found.setdefault(info.name, info)
        return tuple(found.values())

    def mutant(self, name: str) -> Mutant:
        """The mutant of that name; KeyError says which there are."""
        for m in self.mutants:
            if m.name == name:
                return m
        raise KeyError(f"{self.name} has no mutant {name!r}; it has {', '.join(m.name for m in self.mutants)}")
