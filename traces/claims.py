"""Events read against a spec: which actions, which arguments, which observed variables.

Takes a trace, an engine and a decoder; gives a `Claim` for each event, a test that steps pass or fail. Refused, at the
place in the log: actions, parameters and variables that the spec does not have (T008), values without meaning (T009),
changes of variables that the header does not call observed (T004).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modelcheck.engine.protocol import ActionInfo, Engine, State, Step
from modelcheck.errors import TlaError
from modelcheck.values import Value
from traces.changes import SAME, Change, change_of, differences
from traces.decode import BadValue, Decoder, Difference, Exactly, Observation
from traces.event import STUTTER, Event, Trace, did_you_mean
from traces.jsontext import Json

INIT = "Init"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one event says. `action` None: any action, or a stuttering step. `is_initial`: it is an initial state.

    `args` by the parameter's name, `vars` and `changes` by the variable's index; `pinned` are the arguments that are
    known in full.
    """

    event: Event
    action: str | None
    args: Mapping[str, Observation]
    vars: tuple[tuple[int, Observation], ...]
    places: Mapping[int, tuple[tuple[int, Observation], ...]]
    is_stuttering: bool = False
    is_initial: bool = False
    pinned: tuple[tuple[str, Value], ...] = ()
    changes: tuple[tuple[int, Change], ...] = ()

    def may_stutter(self) -> bool:
        """Whether a step that changes nothing can be the event."""
        return self.is_stuttering or (self.action is None and not self.args and not self.is_initial)

    def fits_state(self, state: State, before: State | None) -> bool:
        """Whether the observed variables have the values logged, after a step from `before` (None: it is initial)."""
        for i, observed in self.vars:
            if not observed.fits(state[i]):
                return False
        if before is not None:
            for i, change in self.changes:
                if not change.fits(before[i], state[i]):
                    return False
        return True

    def fits_args(self, step: Step) -> bool:
        """Whether the arguments are those of the log."""
        places = self.places.get(step.action)
        return places is not None and all(observed.fits(step.args[i]) for i, observed in places)

    def fits(self, step: Step, before: State) -> bool:
        """Whether the step, from the state `before`, is what the event says."""
        return self.fits_args(step) and self.fits_state(step.target, before)

    def differences(
        self, state: State, before: State | None, variables: tuple[str, ...]
    ) -> Iterator[tuple[str, Difference]]:
        """Where the observed variables and a state, reached from `before`, part; variable by variable."""
        for i, observed in self.vars:
            for difference in observed.differences(state[i]):
                yield variables[i], difference
        if before is None:
            return
        for i, change in self.changes:
            for difference in differences(change, before[i], state[i]):
                yield variables[i], difference


def claims_of(trace: Trace, engine: Engine, decoder: Decoder) -> list[Claim]:
    """A claim for each event. Raises TlaError T008, T009."""
    reader = ClaimReader(engine, decoder, trace)
    return [reader.claim(event) for event in trace.events]


class ClaimReader:
    """Reads the events of one trace."""

    def __init__(self, engine: Engine, decoder: Decoder, trace: Trace) -> None:
        self.engine = engine
        self.decoder = decoder
        self.index = {name: i for i, name in enumerate(engine.variables)}
        self.named: dict[str, list[tuple[int, ActionInfo]]] = {}
        for i, info in enumerate(engine.actions):
            self.named.setdefault(info.name, []).append((i, info))
        self.observed = self._observed(trace)

    def _observed(self, trace: Trace) -> dict[str, int] | None:
        """The variables of which the trace tells every change: name and index."""
        names = trace.header.observed
        if names is None:
            return None
        for place, name in enumerate(names):
            if name not in self.index:
                raise TlaError(
                    "T008",
                    f"the spec has no variable {name!r}{did_you_mean(name, self.index)}",
                    trace.header_span("observed", place),
                    mend=f"its variables are {', '.join(self.engine.variables)}",
                )
        return {name: self.index[name] for name in names}

    def claim(self, event: Event) -> Claim:
        """What the event says. Raises TlaError T004, T008, T009."""
        is_initial = event.action == INIT and INIT not in self.named and event.number == 1
        stutters = event.action == STUTTER and STUTTER not in self.named
        if event.action is not None and not is_initial and not stutters and event.action not in self.named:
            raise TlaError(
                "T008",
                f"the spec has no action {event.action!r}{did_you_mean(event.action, self.named)}",
                event.span("action"),
                mend=f"its actions are {', '.join(sorted(self.named))}",
            )
        if (is_initial or stutters) and event.args:
            name = next(iter(event.args))
            raise TlaError("T008", f"{event.action} has no parameter {name!r}", event.span("args", name, key=True))
        args = {name: self.observation(event, "args", name, json) for name, json in event.args.items()}
        return Claim(
            event,
            None if stutters or is_initial else event.action,
            args,
            tuple((self.variable(event, name), self.observation(event, "vars", name, json))
                  for name, json in event.vars.items()),
            {} if stutters or is_initial else self.places(event, args),
            stutters,
            is_initial,
            tuple((name, o.value) for name, o in args.items() if isinstance(o, Exactly)),
            self.changes(event, is_initial),
        )

    def changes(self, event: Event, is_initial: bool) -> tuple[tuple[int, Change], ...]:
        """What the event says of each observed variable: that it changed so, or that it did not."""
        if event.changes is None:
            return ()
        if self.observed is None:
            raise TlaError("T004", "'changes' stands in a trace whose header has no 'observed'",
                           event.span("changes", key=True))
        if is_initial:
            raise TlaError("T004", "an initial state changes nothing; it may have 'vars'",
                           event.span("changes", key=True))
        for name in event.changes:
            if name not in self.observed:
                self.variable(event, name, "changes")
                raise TlaError("T004", f"the header's 'observed' does not list {name!r}",
                               event.span("changes", name, key=True))
        return tuple(
            (i, self.change(event, name) if name in event.changes else SAME) for name, i in self.observed.items()
        )

    def change(self, event: Event, name: str) -> Change:
        assert event.changes is not None
        try:
            return change_of(self.decoder, event.changes[name], ("changes", name))
        except BadValue as error:
            raise TlaError("T009", error.message, event.span(*error.path)) from None

    def places(self, event: Event, args: Mapping[str, Observation]) -> dict[int, tuple[tuple[int, Observation], ...]]:
        """For each action that may be meant: where its arguments stand. Actions without such parameters drop out."""
        if event.action is not None:
            actions = self.named[event.action]
        else:
            actions = [pair for pairs in self.named.values() for pair in pairs]
        for name in args:
            if not any(name in info.params for _, info in actions):
                known = sorted({p for _, info in actions for p in info.params})
                has = f"{event.action} has no" if event.action else "no action of the spec has a"
                raise TlaError(
                    "T008",
                    f"{has} parameter {name!r}{did_you_mean(name, known)}",
                    event.span("args", name, key=True),
                    mend=f"its parameters are {', '.join(known)}" if known else "it has none",
                )
        return {
            i: tuple((info.params.index(name), observed) for name, observed in args.items())
            for i, info in actions
            if all(name in info.params for name in args)
        }

    def variable(self, event: Event, name: str, field: str = "vars") -> int:
        found = self.index.get(name)
        if found is None:
            raise TlaError(
                "T008",
                f"the spec has no variable {name!r}{did_you_mean(name, self.index)}",
                event.span(field, name, key=True),
                mend=f"its variables are {', '.join(self.engine.variables)}",
            )
        return found

    def observation(self, event: Event, field: str, name: str, json: Json) -> Observation:
        try:
            return self.decoder.observation(json, (field, name))
        except BadValue as error:
            raise TlaError("T009", error.message, event.span(*error.path)) from None
