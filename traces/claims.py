"""Events read against a spec: which actions, which arguments, which observed variables.

Takes a trace, an engine and a decoder; gives a `Claim` for each event, a test that steps pass or fail. Refused, at the
place in the log: actions, parameters and variables that the spec does not have (T008), values without meaning (T009).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modelcheck.engine.protocol import ActionInfo, Engine, State, Step
from modelcheck.errors import TlaError
from modelcheck.values import Value
from traces.decode import BadValue, Decoder, Difference, Exactly, Observation
from traces.event import STUTTER, Event, Trace, did_you_mean
from traces.jsontext import Json

INIT = "Init"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one event says. `action` None: any action, or a stuttering step. `is_initial`: it is an initial state.

    `args` by the parameter's name, `vars` by the variable's index; `pinned` are the arguments that are known in full.
    """

    event: Event
    action: str | None
    args: Mapping[str, Observation]
    vars: tuple[tuple[int, Observation], ...]
    places: Mapping[int, tuple[tuple[int, Observation], ...]]
    is_stuttering: bool = False
    is_initial: bool = False
    pinned: tuple[tuple[str, Value], ...] = ()

    def may_stutter(self) -> bool:
        """Whether a step that changes nothing can be the event."""
        return self.is_stuttering or (self.action is None and not self.args and not self.is_initial)

    def fits_state(self, state: State) -> bool:
        """Whether the observed variables have these values."""
        return all(observed.fits(state[i]) for i, observed in self.vars)

    def fits_args(self, step: Step) -> bool:
        """Whether the arguments are those of the log."""
        places = self.places.get(step.action)
        return places is not None and all(observed.fits(step.args[i]) for i, observed in places)

    def fits(self, step: Step) -> bool:
        """Whether the step is what the event says."""
        return self.fits_args(step) and self.fits_state(step.target)

    def differences(self, state: State, variables: tuple[str, ...]) -> Iterator[tuple[str, Difference]]:
        """Where the observed variables and a state part, variable by variable."""
        for i, observed in self.vars:
            for difference in observed.differences(state[i]):
                yield variables[i], difference


def claims_of(trace: Trace, engine: Engine, decoder: Decoder) -> list[Claim]:
    """A claim for each event. Raises TlaError T008, T009."""
    reader = _Reader(engine, decoder)
    return [reader.claim(event) for event in trace.events]


class _Reader:
    def __init__(self, engine: Engine, decoder: Decoder) -> None:
        self.engine = engine
        self.decoder = decoder
        self.index = {name: i for i, name in enumerate(engine.variables)}
        self.named: dict[str, list[tuple[int, ActionInfo]]] = {}
        for i, info in enumerate(engine.actions):
            self.named.setdefault(info.name, []).append((i, info))

    def claim(self, event: Event) -> Claim:
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
        )

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

    def variable(self, event: Event, name: str) -> int:
        found = self.index.get(name)
        if found is None:
            raise TlaError(
                "T008",
                f"the spec has no variable {name!r}{did_you_mean(name, self.index)}",
                event.span("vars", name, key=True),
                mend=f"its variables are {', '.join(self.engine.variables)}",
            )
        return found

    def observation(self, event: Event, field: str, name: str, json: Json) -> Observation:
        try:
            return self.decoder.observation(json, (field, name))
        except BadValue as error:
            raise TlaError("T009", error.message, event.span(*error.path)) from None
