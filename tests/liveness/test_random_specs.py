"""Random small specs: the whole check against all words of the graph, atoms evaluated as formulas one by one.

This holds the quick ways (an action run once for all steps out of a state, Next read off the graph) to the definitions.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from naive_words import AllWords, Word

from modelcheck.check import check_model
from modelcheck.engine.closures import ClosureEngine
from modelcheck.ir import temporal as tl
from modelcheck.module import load
from modelcheck.verdict import Holds, LivenessViolated

GUARDS = ("x = 0", "x # 1", "x > y", "y = 1", "x + y < 3", "TRUE", "x = y")
X_NEXT = ("x' = (x + 1) % 3", "x' = 0", "UNCHANGED x", "x' \\in {0, 2}", "x' = y", "UNCHANGED <<x>>", "x' \\in 0..2")
Y_NEXT = ("y' = 1 - y", "y' = 0", "UNCHANGED y", "y' \\in {0, 1}", "y' = x' % 2", "(y' = 1 \\/ y' = y)")
STATES = ("x = 0", "x = 1", "x = 2", "y = 1", "x # y", "ENABLED A", "~ENABLED B", "x = 2 /\\ y = 0")
SUBSCRIPTS = ("vars", "vars", "x", "y", "<<y, x>>", "(x + y)")


def random_spec(rng: Random) -> str:
    pick = rng.choice

    def action() -> str:
        parts = [pick(GUARDS), pick(X_NEXT), pick(Y_NEXT)]
        return " /\\ ".join(part if rng.random() < 0.9 else f"({part})" for part in parts)

    def fair() -> str:
        acting, subscript = pick(("A", "B", "C", "Next", "A \\/ C", f"{pick(GUARDS)} /\\ B", "D(2)",
                                  "\\E i \\in 0..1 : y = i /\\ A")), pick(SUBSCRIPTS)  # fmt: skip
        if rng.random() < 0.3:  # an action that leaves a variable open
            acting = pick((f"{pick(GUARDS)} /\\ {pick(X_NEXT[:3])}", "x = 0 /\\ y' = 1 - y"))
            subscript = pick(SUBSCRIPTS[:5])
        formula = f"{pick(('WF', 'WF', 'SF'))}_{subscript}({acting})"
        return formula if rng.random() < 0.8 else f"\\A i \\in 0..2 : {pick(('WF', 'SF'))}_vars(D(i))"

    def formula(depth: int) -> str:
        p, q, a = pick(STATES), pick(STATES), pick("ABC")
        ways = [f"<>({p})", f"[]<>({p})", f"<>[]({p})", f"({p}) ~> ({q})", f"[]<><<{a}>>_vars", f"<>[][{a}]_x",
                f"\\A i \\in 0..2 : x = i ~> {pick(('x # i', 'y = 0', 'y = 1'))}", fair()]  # fmt: skip
        if depth:
            one, two = formula(depth - 1), formula(depth - 1)
            ways += [f"(({one}) => ({two}))", f"(({one}) \\/ ({two}))", f"~({one})", f"[](({p}) => ({one}))",
                     f"({p}) ~> ({one})", f"(({one}) <=> ({two}))"]  # fmt: skip
        return f"({pick(ways)})"

    fairness = [fair() for _ in range(rng.choice((0, 1, 1, 2, 2)))]
    return "\n".join([
        "---- MODULE R ----", "EXTENDS Naturals", "VARIABLES x, y", "vars == <<x, y>>",
        f"Init == x = 0 /\\ y \\in {pick(('{0}', '{0, 1}'))}",
        f"A == {action()}", f"B == {action()}", f"C == {action()}", "D(i) == x = i /\\ B", "Next == A \\/ B \\/ C",
        " /\\ ".join(["Spec == Init", "[][Next]_vars", *(f"({f})" for f in fairness)]),
        f"Prop == <>[](x = 9) \\/ {formula(rng.choice((0, 1, 1, 2)))}", "====",
    ])  # fmt: skip


def check_spec(folder: Path, seed: int) -> bool | None:
    """One spec; True when its property holds, None when its graph has too many cycles to go through them all."""
    text = random_spec(Random(seed))
    path = folder / "R.tla"
    path.write_text(text)
    path.with_suffix(".cfg").write_text("SPECIFICATION Spec\nPROPERTY Prop\nCHECK_DEADLOCK FALSE\n")
    model = load(path, None, [])
    engine = ClosureEngine(model)
    fair = tl.All(tuple(engine.temporal(part) for part in model.fairness))
    formula = tl.All(tuple(engine.temporal(part) for prop in model.properties for part in prop.liveness))
    states, edges = list(dict.fromkeys(engine.initial())), []
    initial = range(len(states))
    for i, state in enumerate(states):
        for target in dict.fromkeys(target for target, _ in engine.successors(state)):
            if target not in states:
                states.append(target)
            edges.append((i, states.index(target)))
    if sum(s != t for s, t in edges) > 8:
        return None

    def truth(atom: tl.Atom, s: int, t: int) -> bool:
        return engine.atom_test(atom)(states[s], states[t])

    expected = not AllWords(initial, edges, len(states), truth).some(tl.All((fair, tl.Not(formula))))
    verdict = check_model(model, engine)
    assert isinstance(verdict, Holds if expected else LivenessViolated), f"seed {seed}\n{text}\n{verdict}"
    if isinstance(verdict, LivenessViolated):
        numbers = [states.index(state) for state in verdict.behavior.states]
        word = Word(numbers, verdict.loop, truth)
        assert word.holds(fair) and not word.holds(formula), f"seed {seed}\n{text}\n{numbers} {verdict.loop}"
        steps = list(zip(numbers, [*numbers[1:], numbers[verdict.loop]], strict=True))
        assert numbers[0] in initial and all(step in edges for step in steps if step[0] != step[1])
    return expected


def test_random_specs(tmp_path: Path) -> None:
    answers = [check_spec(tmp_path, seed) for seed in range(300)]
    assert answers.count(True) > 50 and answers.count(False) > 50


@pytest.mark.slow
def test_many_random_specs(tmp_path: Path) -> None:
    for seed in range(300, 6000):
        check_spec(tmp_path, seed)
