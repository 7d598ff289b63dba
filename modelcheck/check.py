"""Checking a model, from a path to a verdict: the whole pipeline in one place.

`check` reads the module and its cfg, refuses what is not built, evaluates the assumptions, searches, and judges
what the search ended with. It raises `TlaError` for text, cfg or options that are wrong; whatever the model
itself is found to do is in the `Verdict` it returns.

Imports are made inside the functions, so that `import modelcheck` stays quick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.engine.protocol import Engine
    from modelcheck.explore.bfs import Limits, Progress
    from modelcheck.module.model import Model
    from modelcheck.verdict import Verdict


def check(
    path: str | Path,
    config: str | Path | None = None,
    *,
    library: Sequence[str | Path] = (),
    check_deadlock: bool | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    allow_unsound_liveness: bool = False,
    output: Callable[[str], None] | None = None,
) -> Verdict:
    """Check the spec at `path`: safety breadth first, as TLC does, then liveness on the graph of its states.

    `config`: the cfg, by default the one beside the spec with its name. `library`: more folders to look for
    modules in. `check_deadlock`: overrides the cfg. `limits`: where to stop. `on_progress` is called a few times
    a second. `allow_unsound_liveness`: check liveness also under SYMMETRY, VIEW or constraints, and mark the verdict.
    `output` gets what the spec prints (default: standard output). Raises `TlaError`.
    """
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.module import load

    model = load(path, config, library)
    engine = ClosureEngine(model)
    if output is not None:
        engine.context.out = output
    return check_model(
        model,
        engine,
        check_deadlock=check_deadlock,
        limits=limits,
        on_progress=on_progress,
        allow_unsound_liveness=allow_unsound_liveness,
    )


def check_model(
    model: Model,
    engine: Engine,
    *,
    check_deadlock: bool | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    allow_unsound_liveness: bool = False,
) -> Verdict:
    """Check a model that is loaded, with any engine for it."""
    from modelcheck.explore.asymmetry import asymmetry
    from modelcheck.explore.bfs import Search
    from modelcheck.explore.fair import LivenessCheck, has_liveness, refuse_unsound
    from modelcheck.explore.task import in_words, make_task, refuse_incomplete
    from modelcheck.judge import counts_of, false_assumption, false_postcondition, judge, judge_liveness, with_warnings

    refuse_incomplete(model)
    if not allow_unsound_liveness:
        refuse_unsound(model)
    wrong = false_assumption(model, engine)
    if wrong is not None:
        return with_warnings(wrong, model)
    task = make_task(model, engine, check_deadlock)
    liveness = LivenessCheck(model, engine)
    search = Search(engine, task, limits, on_progress)
    ended = search.run() if model.variables else None  # no variables: there are only assumptions to check
    if ended is None and has_liveness(model):
        found = liveness.run(search)
        if found is not None:
            return with_warnings(judge_liveness(model, search, found), model)
    if ended is None:
        wrong = false_postcondition(model, engine, counts_of(search))
        if wrong is not None:
            return with_warnings(wrong, model)
    verdict = judge(model, search, ended, in_words(task, model), tuple(liveness.warnings))
    return with_warnings(verdict, model, asymmetry(engine, task, search.states))
