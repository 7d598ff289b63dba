"""What a check can do besides its cfg: more formulas to check, coverage, a dump of the state graph, other orders.

Takes what the command line says; `apply` adds the formulas to a model. An expression given as text stands at the end of
the root module, and is named by its text. Errors are `TlaError` (P and M codes; C032 for the wrong level).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.core import Choice
from modelcheck.records import dataclass, field

if TYPE_CHECKING:
    from modelcheck.module.model import Model, Named
    from modelcheck.module.tree import Expr, Level


CHECKPOINT_EVERY_S = 600.0


@dataclass(frozen=True, slots=True)
class Extras:
    """`invariants`, `postcondition`, `view`: expressions. `coverage`: count the outcomes of every formula. `dump`:
    write the state graph there (`.dot` or `.json`). `keep_going`: search on when something is wrong. `depth_first`: in
    that order. `checkpoint`: save the search there every so many seconds and when a limit or Ctrl-C ends it. `recover`:
    go on with the search saved there. `tables`: by the table engine, where it suits the model, on
    the core that `core` says; else by the closures. `profile` gets what each instance of
    the tables cost.
    """

    invariants: tuple[str, ...] = ()
    postcondition: str | None = None
    view: str | None = None
    coverage: bool = False
    dump: Path | None = None
    keep_going: bool = False
    depth_first: bool = False
    tables: bool = True
    profile: Callable[[str], None] | None = None
    core: Choice = field(default_factory=Choice)
    checkpoint: Path | None = None
    checkpoint_every_s: float = CHECKPOINT_EVERY_S
    recover: Path | None = None

    def apply(self, model: Model) -> None:
        """Add the formulas to the model. A view and a postcondition replace the cfg's."""
        if not (self.invariants or self.postcondition or self.view):
            return
        from modelcheck.module.tree import Level

        model.invariants += [formula_of(model, text, "--inv", Level.STATE) for text in self.invariants]
        if self.postcondition is not None:
            model.postcondition = formula_of(model, self.postcondition, "--post", Level.ACTION)
        if self.view is not None:
            model.view = formula_of(model, self.view, "--view", Level.STATE).expr


def formula_of(model: Model, text: str, option: str, highest: Level) -> Named:
    """The expression that an option gives. C032 when it is of a higher level; its places are named by the option."""
    from modelcheck.errors import TlaError
    from modelcheck.module import resolve_expression
    from modelcheck.module.model import Named
    from modelcheck.module.split import level_of
    from modelcheck.module.tree import Level

    expr: Expr = resolve_expression(model.root, text, option)
    level = Level(level_of(expr))
    if level > highest:
        mend = "write it as a PROPERTY in the cfg" if level == Level.TEMPORAL else "leave out the primes"
        raise TlaError("C032", f"the expression of {option} is of {level.name.lower()} level", expr.span, mend=mend)
    return Named(" ".join(text.split()), expr, expr.span)
