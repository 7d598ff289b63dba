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
) -> Verdict:
    """Check the safety of the spec at `path`, breadth first, as TLC does.

    `config`: the cfg, by default the one beside the spec with its name. `library`: more folders to look for
    modules in. `check_deadlock`: overrides the cfg. `limits`: where to stop. `on_progress` is called a few times
    a second. Raises `TlaError`.
    """
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.module import load

    model = load(path, config, library)
    return check_model(
        model, ClosureEngine(model), check_deadlock=check_deadlock, limits=limits, on_progress=on_progress
    )


def check_model(
    model: Model,
    engine: Engine,
    *,
    check_deadlock: bool | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Verdict:
    """Check a model that is loaded, with any engine for it."""
    from modelcheck.explore.bfs import Search
    from modelcheck.explore.task import in_words, make_task, refuse_unbuilt
    from modelcheck.judge import counts_of, false_assumption, false_postcondition, judge

    refuse_unbuilt(model)
    wrong = false_assumption(model, engine)
    if wrong is not None:
        return wrong
    task = make_task(model, engine, check_deadlock)
    search = Search(engine, task, limits, on_progress)
    ended = search.run() if model.variables else None  # no variables: there are only assumptions to check
    if ended is None:
        wrong = false_postcondition(model, engine, counts_of(search))
        if wrong is not None:
            return wrong
    return judge(model, search, ended, in_words(task, model))
