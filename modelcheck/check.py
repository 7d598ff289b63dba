"""Checking a model, from a path to a verdict: the whole pipeline in one place.

`check` reads the module and its cfg, refuses what is not built, evaluates the assumptions, searches, and judges
what the search ended with. It raises `TlaError` for text, cfg or options that are wrong; whatever the model
itself is found to do is in the `Verdict` it returns.

Imports are made inside the functions, so that `import modelcheck` stays quick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelcheck.records import replace

if TYPE_CHECKING:
    from modelcheck.engine.protocol import Engine
    from modelcheck.explore.bfs import Finding, Limits, Progress, Search, Stop, Task
    from modelcheck.explore.fair import LivenessCheck
    from modelcheck.extras import Extras
    from modelcheck.module.model import Model
    from modelcheck.stdlib.registry import Access
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
    extras: Extras | None = None,
    access: Access | None = None,
    expect: str | None = None,
) -> Verdict:
    """Check the spec at `path`: safety breadth first, as TLC does, then liveness on the graph of its states.

    `config`: the cfg, by default the one beside the spec with its name. `library`: more folders to look for
    modules in. `check_deadlock`: overrides the cfg. `limits`: where to stop. `on_progress` is called a few times
    a second. `allow_unsound_liveness`: check liveness also under SYMMETRY, VIEW or constraints, and mark the verdict.
    `output` gets what the spec prints (default: standard output). `extras`: what is asked for besides the cfg.
    `access`: which files and programs the spec may reach (default: files below the working directory).
    `expect`: what the check must end with, instead of what the cfg pins ("none": nothing). Raises `TlaError`.
    """
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.expect import expectations, with_pins
    from modelcheck.judge import subjects
    from modelcheck.module import load

    model = load(path, config, library)
    if extras is not None:
        extras.apply(model)
    expected = expectations(model, expect)
    engine = ClosureEngine(model)
    if extras is not None and extras.coverage:
        from modelcheck.explore.coverage import count_outcomes

        count_outcomes(engine)
    if output is not None:
        engine.context.out = output
    if access is not None:
        access.grant(engine.context)
    verdict = check_model(
        model,
        engine,
        check_deadlock=check_deadlock,
        limits=limits,
        on_progress=on_progress,
        allow_unsound_liveness=allow_unsound_liveness,
        extras=extras,
    )
    return with_pins(replace(verdict, subjects=subjects(model, check_deadlock)), expected)


def check_model(
    model: Model,
    engine: Engine,
    *,
    check_deadlock: bool | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    allow_unsound_liveness: bool = False,
    extras: Extras | None = None,
) -> Verdict:
    """Check a model that is loaded, with any engine for it (`extras.apply` has been done)."""
    from modelcheck.explore.task import make_task, refuse_incomplete
    from modelcheck.explore.unsound import refuse_unsound
    from modelcheck.extras import Extras
    from modelcheck.judge import false_assumption, with_warnings

    refuse_incomplete(model)
    if not allow_unsound_liveness:
        refuse_unsound(model)
    _tell_config(model, engine, check_deadlock, extras)
    wrong = false_assumption(model, engine)
    if wrong is not None:
        return with_warnings(wrong, model)
    task = make_task(model, engine, check_deadlock)
    liveness = _liveness(model, engine)
    wanted = extras or Extras()
    search = _kind(model, engine, task, wanted)(engine, task, limits, on_progress, wanted.keep_going)
    # no variables: there are only assumptions to check
    ended = _run(model, search, wanted) if model.variables else None
    if wanted.profile is not None:
        from modelcheck.explore.profile import profile_lines

        wanted.profile("\n".join(profile_lines(search)))
    coverage = None
    if wanted.coverage:
        from modelcheck.explore.coverage import coverage_of

        coverage = coverage_of(search)
    if wanted.dump is not None:
        from modelcheck.explore.dump import dump_graph

        dump_graph(search, wanted.dump)
    verdict = replace(_all_verdicts(model, engine, search, liveness, ended), coverage=coverage)
    verdict = replace(verdict, warnings=(*verdict.warnings, search.doubt)) if search.doubt else verdict
    if not task.symmetry:
        return with_warnings(verdict, model)
    from modelcheck.explore.asymmetry import asymmetry

    return with_warnings(verdict, model, asymmetry(engine, task, search.states))


def _liveness(model: Model, engine: Engine) -> LivenessCheck | None:
    """The check of the liveness properties, if there are any."""
    from modelcheck.explore.unsound import has_liveness

    if not has_liveness(model):
        return None
    from modelcheck.explore.fair import LivenessCheck

    return LivenessCheck(model, engine)


def _kind(model: Model, engine: Engine, task: Task, wanted: Extras) -> Any:
    """The kind of search that is wanted."""
    if wanted.depth_first:
        from modelcheck.explore.dfs import DepthFirstSearch

        return DepthFirstSearch
    from modelcheck.explore.bfs import Search

    return _with_tables(model, engine, task, wanted) or Search


def _with_tables(model: Model, engine: Engine, task: Task, wanted: Extras) -> Any:
    """The search by lookup, where it is wanted and does what the task asks for."""
    if not wanted.tables or wanted.coverage:
        return None
    from modelcheck.engine.closures import ClosureEngine
    from modelcheck.explore.lookup import LookupSearch, suits

    fits = isinstance(engine, ClosureEngine) and suits(model, task, wanted.core)
    return partial(LookupSearch, core=wanted.core) if fits else None


def _run(model: Model, search: Search, wanted: Extras) -> Finding | Stop | None:
    """Search, from where a saved search stood if that is wanted, saving it now and then if that is."""
    if wanted.checkpoint is None and wanted.recover is None:
        return search.run()
    from modelcheck.explore.bfs import Stop
    from modelcheck.explore.checkpoint import Checkpoint, gentle_interrupt, model_hash, recover

    options = (wanted.invariants, wanted.view, search.task.check_deadlock, search.task.keep_graph, wanted.keep_going)
    code = model_hash(model, *options)
    if wanted.recover is not None:
        recover(search, wanted.recover, code, wanted.core.exact)
    if wanted.checkpoint is None:
        return search.run()
    checkpoint = Checkpoint(wanted.checkpoint, wanted.checkpoint_every_s, code)
    with gentle_interrupt(search):
        checkpoint.begin(search)
        ended = search.run()
    if isinstance(ended, Stop) and ended.reason != "out_of_memory" and search.can_be_saved:
        checkpoint.save(search)
    return ended


def _tell_config(model: Model, engine: Engine, check_deadlock: bool | None, extras: Extras | None) -> None:
    """What `TLCGet("config")` answers during a check."""
    from modelcheck.values import boolean, make_record

    facts: dict[str, object] | None = getattr(getattr(engine, "context", None), "facts", None)
    if facts is not None:
        deadlock = model.check_deadlock if check_deadlock is None else check_deadlock
        mode = "dfs" if extras is not None and extras.depth_first else "bfs"
        names = ("mode", "depth", "deadlock", "worker")
        facts["config"] = make_record(names, (mode, -1, boolean(deadlock), 1))


def _all_verdicts(
    model: Model, engine: Engine, search: Search, liveness: LivenessCheck | None, ended: Finding | Stop | None
) -> Verdict:
    """The verdict; of a search that was to go on, the first finding's, with all others in `further`."""
    from modelcheck.explore.task import in_words
    from modelcheck.judge import judge
    from modelcheck.render.text import headline
    from modelcheck.verdict import Holds

    last = _verdict(model, engine, search, liveness, ended)
    if not search.findings:
        return last
    checked = in_words(search.task, model)
    judged = [judge(model, search, finding, checked) for finding in search.findings]
    again = [search.repeated[f.kind, "" if f.predicate is None else f.predicate.name] for f in search.findings]
    repeated = tuple((headline(verdict), times) for verdict, times in zip(judged, again, strict=True) if times)
    more = judged[1:] if isinstance(last, Holds) else [*judged[1:], last]
    return replace(judged[0], further=tuple(more), repeated=repeated, warnings=last.warnings)


def _verdict(
    model: Model, engine: Engine, search: Search, liveness: LivenessCheck | None, ended: Finding | Stop | None
) -> Verdict:
    """What the search ended with; after a complete one, liveness and the postcondition."""
    from modelcheck.explore.coverage import warnings_of
    from modelcheck.explore.task import in_words
    from modelcheck.judge import counts_of, false_postcondition, judge, judge_liveness

    if ended is None and liveness is not None:
        found = liveness.run(search)
        if found is not None:
            return judge_liveness(model, search, found)
    if ended is None:
        wrong = false_postcondition(model, engine, counts_of(search))
        if wrong is not None:
            return wrong
    unsure = () if liveness is None else liveness.warnings
    warnings = (*unsure, *warnings_of(search)) if ended is None else ()
    return judge(model, search, ended, in_words(search.task, model), warnings)
