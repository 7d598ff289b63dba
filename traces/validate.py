"""Is a trace a behavior of its spec? The verdict, with a witness or with what is known of the first event that breaks.

    verdict = validate_file("run.ndjson")
    verdict.accepted, verdict.explained

Takes a trace (see `traces.event`); gives `Accepted` or `Rejected`. Raises TlaError when the question cannot be asked:
the trace is malformed or speaks of names the spec does not have (T001 to T011), the spec is wrong, or cannot be
evaluated, or the limit of states is reached (T021). Of an event that cannot be explained and a later one that cannot be
understood, the first is told.

A trace is rejected at the first event that no step of the spec explains, in any of the states that explain the events
before it; or whose clock or node contradicts the log itself.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from modelcheck.errors import TlaError
from modelcheck.module.deep import run_deep
from traces import pairs
from traces.claims import Claim, ClaimReader
from traces.clocks import Clocks
from traces.event import Event, Trace, did_you_mean, read_trace
from traces.growing import plain
from traces.search import Node, Options, Search, StepCache
from traces.spec import Spec, constants_key, spec_of


@dataclass(frozen=True, slots=True)
class Accepted:
    """Some behavior of the spec explains every event; `path` is one: a node for each event after the initial one.

    `seen`: how many (event, state) pairs the search visited.
    """

    trace: Trace
    spec: Spec
    path: tuple[Node, ...]
    seen: int
    seconds: float

    accepted = True

    @property
    def explained(self) -> int:
        """Events explained: all."""
        return len(self.trace.events)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The log contradicts itself: a field (`clock`, `vector`, `node`) that cannot be, and why."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """No behavior of the spec explains `event`, the one after the `explained` ones.

    `candidates`: the states that explain those (all of them; for a `contradiction` perhaps only some). `claim`: the
    event as read against the spec.
    """

    trace: Trace
    spec: Spec
    claim: Claim
    explained: int
    candidates: tuple[Node, ...]
    options: Options
    contradiction: Contradiction | None
    seen: int
    seconds: float

    accepted = False

    @property
    def event(self) -> Event:
        """The event that broke."""
        return self.claim.event


Verdict = Accepted | Rejected


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cyclic garbage less often: values have none, and a search makes many of them."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000), before[1], before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Validator:
    """Validates traces of one spec with the same constants, remembering steps from one to the next."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.cache = StepCache(spec.engine)

    def validate(self, trace: Trace, options: Options | None = None) -> Verdict:
        """The verdict on a trace of this spec."""
        options = options or Options()
        begin = perf_counter()
        self._known_actions(options)
        reading = Reading(trace, self.spec, options.hidden)
        with seldom_collecting():
            outcome = Search(self.cache, reading, options).run()
        seconds = perf_counter() - begin
        if outcome.witness is not None and reading.contradiction is None:
            return Accepted(trace, self.spec, tuple(outcome.witness.path()), outcome.seen, seconds)
        return Rejected(
            trace,
            self.spec,
            reading.claim(outcome.reached),
            outcome.reached,
            tuple(replace(node, state=plain(node.state)) for node in outcome.candidates),
            options,
            reading.contradiction if outcome.witness is not None else None,
            outcome.seen,
            seconds,
        )

    def _known_actions(self, options: Options) -> None:
        known = {info.name for info in self.spec.engine.actions}
        for name in sorted((options.hidden_actions or frozenset()) - known):
            raise TlaError("T008", f"the spec has no action {name!r} to hide{did_you_mean(name, sorted(known))}",
                           mend=f"its actions are {', '.join(sorted(known))}")


class Reading:
    """A trace's events as claims, read in order and when the search comes to them: what is wrong first is told first.

    It ends before the first event that contradicts the log itself; `contradiction` then says how.
    """

    def __init__(self, trace: Trace, spec: Spec, hidden: int = 0) -> None:
        self.trace = trace
        self.contradiction: Contradiction | None = None
        self._reader = ClaimReader(spec.engine, spec.decoder, trace)
        self._clocks = Clocks(hidden)
        self._implementation = pairs.known(trace.header.protocol)
        self._claims: dict[int, Claim] = {}
        self._read = self._forgotten = 0

    def __len__(self) -> int:
        return len(self.trace.events)

    def claim(self, index: int) -> Claim:
        """The claim of any event."""
        return self._claims.get(index) or self._reader.claim(self.trace.events[index])

    def at(self, index: int) -> Claim | None:
        """The claim of an event; None for the one after the last. Raises TlaError T004, T008, T009."""
        while self._read <= index and self._read < len(self.trace.events) and self.contradiction is None:
            event = self.trace.events[self._read]
            claim = self._reader.claim(event)
            self.contradiction = self._contradicts(event)
            if self.contradiction is None:
                self._claims[self._read] = claim
                self._read += 1
        return self._claims.get(index)

    def settled(self, index: int) -> None:
        """Forget the claims before this one."""
        for old in range(self._forgotten, index):
            self._claims.pop(old, None)
        self._forgotten = max(self._forgotten, index)

    def _contradicts(self, event: Event) -> Contradiction | None:
        broken = self._clocks.broken(event)
        if broken is not None:
            return Contradiction(*broken)
        why = pairs.contradiction(self._implementation, event) if self._implementation is not None else ""
        return Contradiction("node", why) if why else None


_VALIDATORS: dict[str, Validator] = {}
_VALIDATORS_MAX = 64


def validate(
    trace: Trace,
    options: Options | None = None,
    *,
    spec: Path | str | None = None,
    config: Path | str | None = None,
    library: Sequence[Path | str] = (),
    any_module: bool = False,
) -> Verdict:
    """The verdict on a trace; its spec is the bundled one that its header names, or the file `spec`.

    With `any_module` that file may be of another module than the header names.
    """
    def judge() -> Verdict:
        if spec is not None or config is not None:
            made = spec_of(trace, spec, config, library, any_module=any_module)
            return Validator(made).validate(trace, options)
        key = constants_key(trace.header)
        validator = _VALIDATORS.get(key)
        if validator is None:
            if len(_VALIDATORS) >= _VALIDATORS_MAX:
                _VALIDATORS.clear()
            validator = _VALIDATORS[key] = Validator(spec_of(trace))
        return validator.validate(trace, options)

    return run_deep(judge)  # what recurs along a log goes as deep as recorded logs are long


def forget() -> None:
    """Forget the specs kept by `validate`. To be called after another model was loaded, which changes the order of
    strings and model values, and with it what CHOOSE picks."""
    _VALIDATORS.clear()


def validate_file(path: Path | str, options: Options | None = None) -> Verdict:
    """The verdict on a trace file of a bundled spec."""
    return validate(read_trace(path), options)
