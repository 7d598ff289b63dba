"""Random models, specs and terms: the native interpreter beside the closures, in every state that is reached.

`Tally` counts what was told and what was left; a difference, or an answer where the closures raise, is a `Different`.

Under sanitizers (they found nothing; what the arena has taken back is poisoned then): build the interpreter into a copy
of the tree with `gcc -O1 -g -fsanitize=address,undefined -DWITH_PYTHON -I<headers> -shared -fPIC
-o modelcheck/core/_native.<tag>.so modelcheck/core/_native.c`, then run there `ASAN_OPTIONS=detect_leaks=0
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" python -m pytest tests/native`.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path += [str(Path(__file__).parent.parent / folder) for folder in ("tables", "differential", "conformance")]

from agreement import HEADER
from random_models import model, symmetric_model
from random_specs import SHAPES, SpecMaker, universe
from random_terms import TermMaker, written
from small_models import model_of

from modelcheck.engine.closures import ClosureEngine
from modelcheck.engine.native import NativeProgram, Unknown, Unsuitable
from modelcheck.errors import EvalError
from modelcheck.explore.symmetry import permuted
from modelcheck.explore.task import make_task
from modelcheck.ir.lower import Lowering
from modelcheck.module import load, resolve_expression, resolve_text
from modelcheck.module.model import build_model
from modelcheck.syntax.config import parse_config_text
from modelcheck.values import normalize, pretty, reset_order


class Different(Exception):
    """The two do not agree."""


@dataclass
class Tally:
    """`told`: as the closures did. `left`: not told though they have an answer, by reason; `errors`: both have none."""

    told: int = 0
    errors: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def compare(self, program: NativeProgram, what: str, slow: Callable[[], Any], native: Callable[[], Any]) -> Any:
        """Ask both; the closures' answer, None where they have none."""
        try:
            expected, failed = slow(), False
        except (EvalError, RecursionError):
            expected, failed = None, True
        try:
            found = native()
        except Unknown as unknown:
            if failed:
                self.errors += 1
            else:
                self.left[str(unknown) or program.why] += 1
            return expected
        if failed:
            raise Different(f"{what}: the closures fail, native: {found}")
        if found != expected:
            raise Different(f"{what}: closures {expected}, native {found}")
        self.told += 1
        return expected


def explore(folder: Path, seed: int, ill: float, tally: Tally, symmetric: bool = False, most: int = 150) -> None:
    """A random model: initial states, steps, predicates, permuted values."""
    rng = random.Random(seed)
    text, cfg = symmetric_model(rng) if symmetric else model(rng, ill)
    (folder / "T.tla").write_text(text)
    (folder / "T.cfg").write_text(cfg)
    compare_model(load(folder / "T.tla", folder / "T.cfg"), tally, most)


def compare_model(checked: Any, tally: Tally, most: int) -> None:
    """The same of any model."""
    engine = ClosureEngine(checked)
    engine.hot = None
    task = make_task(checked, engine)
    program = NativeProgram(engine)
    init = program.add_tree(Lowering(engine.shared, "init").actions.init_tree(checked.inits))
    tree = program.add_tree(engine.next_tree)
    on_states, on_steps = [
        [(p, program.add_formula(engine._formula(p.expr))) for p in many]
        for many in ((*task.invariants, *task.constraints), (*task.step_properties, *task.action_constraints))
    ]
    permutations = [(p, program.add_permutation(p)) for p in task.symmetry]

    def ask(what: str, slow: Callable[..., Any], native: Callable[..., Any], number: int, *states: Any) -> Any:
        return tally.compare(program, f"{what} {states}", partial(slow, *states), partial(native, number, *states))

    def initial() -> list[Any]:
        return list(engine.initial())

    def native_initial(number: int) -> list[Any]:
        return [state for state, _ in program.run(number, None)]

    queue = list(dict.fromkeys(ask("initial states", initial, native_initial, init) or ()))
    seen = set(queue)
    for state in queue:
        for p, number in on_states:
            ask(p.name, p.holds, program.test, number, state)
        for permutation, number in permutations:
            for value in state:
                if program.permuted(number, value) != permuted(value, permutation):
                    raise Different(f"{value} permuted by {permutation}")
        for target, _ in ask("steps", engine.successors, program.run, tree, state) or ():
            for p, number in on_steps:
                ask(p.name, p.holds, program.test, number, state, target)
            if target not in seen and len(seen) < most:
                seen.add(target)
                queue.append(target)


def compare_spec(seed: int, ill: float, tally: Tally) -> None:
    """A random spec of two variables."""
    reset_order()
    spec = SpecMaker(random.Random(seed), ill).make()
    made = build_model(resolve_text(spec.module(), "Plain"), parse_config_text("INIT Init\nNEXT Next\n"))
    try:
        compare_model(made, tally, 60)
    except Different as different:
        raise Different(f"{different}\n{spec.module()}") from None


def compare_terms(seed: int, count: int, ill: float, tally: Tally) -> None:
    """Random terms of all types over a state, with the kinds of each other's answers."""
    rng = random.Random(seed)
    reset_order()
    module = resolve_text(f"---- MODULE Plain ----\n{HEADER}VARIABLES x, y\n====\n", "Plain")
    made = model_of(module)
    engine = ClosureEngine(made)
    maker = TermMaker(rng, ill)
    values = ClosureEngine(made)
    for _ in range(count):
        shape = rng.choice(SHAPES)
        scope = (("x", "i", None), ("y", shape, None))
        text = written(maker.make(maker.type(), 4, scope))
        state = tuple(
            values.evaluate(resolve_expression(module, _literal(rng.choice(universe(t))))) for t in ("i", shape)
        )
        expr = resolve_expression(module, text)
        program = NativeProgram(engine)
        tally.compare(program, f"{text} with {', '.join(map(pretty, state))}", partial(_slow, engine, expr, state),
                      partial(_native, program, expr, state))  # fmt: skip
        program.close()


def _slow(engine: ClosureEngine, expr: Any, state: Any) -> Any:
    return normalize(engine.evaluate(expr, state))


def _native(program: NativeProgram, expr: Any, state: Any) -> Any:
    try:
        return program.value(program.add_formula(program.engine._formula(expr)), state)
    except Unsuitable as why:
        raise Unknown(str(why)) from None


def _literal(v: Any) -> str:
    from plain_values import text

    return text(v)
