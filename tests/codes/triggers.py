"""One trigger for each error code: the files, the command line, and where the error is expected.

A `«` in a file, or in the expression of `tlapair eval`, marks the place; a trigger without one expects an error without
place. The exit code expected is that of the catalogue.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

HEADER = "---- MODULE T ----\n"
INIT_NEXT = "INIT Init NEXT Next"
COUNT = "EXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x < 3 /\\ x' = x + 1"
CONSTANTS = "EXTENDS Naturals\nCONSTANT N\nVARIABLE x\nF(a) == a\nThree == 3\nLow == 1\nInit == x = 0\nNext == x' = N"
SYMMETRIC = "EXTENDS TLC\nCONSTANTS a, b\nVARIABLE x\nInit == x = a\nNext == x' = a"


@dataclass(frozen=True)
class Trigger:
    """What to run in a folder with these files, and what to expect.

    `failing`: a name to replace by what fails (an exception) or by another value. `at`: the place, for bytes.
    """

    argv: tuple[str, ...]
    files: dict[str, str | bytes] = field(default_factory=dict)
    failing: tuple[str, Any] | None = None
    at: tuple[str, int, int] | None = None


def module(body: str) -> str:
    return f"{HEADER}{body}\n====\n"


def parse(body: str, **others: str) -> Trigger:
    """A module T with this body, and other files by name."""
    return Trigger(("parse", "T.tla"), {"T.tla": module(body), **{f"{n}.tla": t for n, t in others.items()}})


def text(whole: str) -> Trigger:
    """A file T.tla."""
    return Trigger(("parse", "T.tla"), {"T.tla": whole})


def check(body: str, cfg: str = INIT_NEXT, *options: str, failing: tuple[str, Any] | None = None) -> Trigger:
    """A model."""
    return Trigger(("check", "T.tla", "--json", "--quiet", *options), {"T.tla": module(body), "T.cfg": cfg}, failing)


def cfg(entries: str) -> Trigger:
    """A cfg that cannot be read, for a module with constants."""
    return check(CONSTANTS, entries)


def misnamed(name: str) -> Any:
    """The pair of that name, with a row of its mapping under another name."""
    from importlib import import_module

    protocol = import_module(f"pyimpl.{name}").PROTOCOL
    first, *others = protocol.mapping.variables
    return replace(protocol, mapping=type(protocol.mapping)((replace(first, name=first.name + "s"), *others)))


def evaluate(expression: str, *options: str) -> Trigger:
    return Trigger(("eval", *options, expression))


def simulate(body: str, *options: str) -> Trigger:
    return Trigger(("simulate", "T.tla", "--quiet", *options), {"T.tla": module(body), "T.cfg": INIT_NEXT})


def trace(*lines: Any, spec: bool = True, options: tuple[str, ...] = ()) -> Trigger:
    """A log of the module Count, each line an object, or text as it stands."""
    written = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    files: dict[str, str | bytes] = {"run.ndjson": written}
    if spec:
        files |= {"Count.tla": module(COUNT).replace("MODULE T", "MODULE Count"), "Count.cfg": INIT_NEXT}
    return Trigger(("validate", *options, *(("Count.tla",) if spec else ()), "run.ndjson"), files)


HEAD = {"schema": "tlapair.trace/1", "spec": "Count.tla", "constants": {}}
STEP = {"action": "Next"}
INSIDE = "---- MODULE M ----\n{}\n====\n"


def inner(body: str, rest: str) -> Trigger:
    """A module T with a module M inside."""
    return parse(INSIDE.format(body) + rest)


def broken(error: BaseException) -> Any:
    """A function that fails."""

    def fail(*arguments: Any, **options: Any) -> Any:
        raise error

    return fail


TEXT = {
    "P001": Trigger(("parse", "None.tla")),
    "P002": Trigger(("parse", "T.tla"), {"T.tla": b"---- MODULE T ----\n\xff\n====\n"}, at=("T.tla", 2, 1)),
    "P003": parse("«(* a (* b *)"),
    "P004": parse('A == «"open'),
    "P005": parse("A == 1 «` 2"),
    "P006": text("«A == 1\n"),
    "P007": parse("A «= 1"),
    "P008": parse("A == 1 «and 2"),
    "P009": parse("A == «(1\nB == 2"),
    "P010": parse("A ==\n  /\\ (1 =\n «1)"),
    "P011": parse("A == TRUE /\\ TRUE «\\/ TRUE"),
    "P012": text(HEADER + "A == 1\n---- MODULE N ----\nB == 1\n====«"),
    "P013": parse("A == \\E y \\in {}, «3 : y"),
    "P014": parse("A == [a = 1«]"),
    "P015": parse("THEOREM TRUE\n<1>1. TRUE\n«<1>2. TRUE"),
    "P016": parse("A == " + "{" * 20_000 + "«" + "{" * 10_000),
    "P017": parse("A == 1 + 1 «:: 2"),
    "P018": parse("VARIABLES x, «STATE"),
    "P019": parse("A == 1 = «= 2"),
    "P020": parse("A == 1 «2"),
}
NAMES = {
    "M001": parse("A == «x"),
    "M002": parse("A == 1\n«A == 2"),
    "M003": parse("«TRUE == 1"),
    "M004": inner("D == 1", "I == INSTANCE M\nA == «I"),
    "M005": parse("A(x) == x\nB == «A(1, 2)"),
    "M006": parse("F(G(_)) == G(1)\nA == F(«1 = 1)"),
    "M007": parse("F(G(_)) == G(1)\nH(a, b) == a\nA == F(«H)"),
    "M008": parse("F(x) == x\nA == F(«LAMBDA a : a)"),
    "M009": parse("A == «@"),
    "M010": parse("A == [a |-> 1, «a |-> 2]"),
    "M011": parse("f[x, y \\in {}] == x\nA == «f[1, 2, 3]"),
    "M012": parse("A == 1 = 2\nB == A!«3"),
    "M013": parse("THEOREM Th == ASSUME TRUE PROVE TRUE\nA == «Th"),
    "M020": parse("EXTENDS «Nowhere"),
    "M021": parse("EXTENDS X", X="«---- MODULE Y ----\n====\n"),
    "M022": parse("EXTENDS «T"),
    "M023": parse("---- MODULE M ----\n====\n«---- MODULE M ----\n===="),
    "M024": parse("EXTENDS X, «Y", X="---- MODULE X ----\nCONSTANT c\n====\n", Y="---- MODULE Y ----\nc == 1\n====\n"),
    "M030": inner("CONSTANT C", "I == «INSTANCE M"),
    "M031": inner("CONSTANT C", "I == INSTANCE M WITH C <- 1, «C <- 2"),
    "M032": inner("D == 1", "I == INSTANCE M WITH «D <- 2"),
    "M033": inner("CONSTANT F(_)", "I == INSTANCE M WITH F <- «{}"),
    "M034": inner("CONSTANT F(_)\nA == F(1)", "P(x) == x'\nINSTANCE M WITH F <- «P"),
    "M035": inner("VARIABLE w", "VARIABLE v\nI == INSTANCE M WITH w <- «v'"),
    "M036": inner("CONSTANT F(_)\nVARIABLE w\nA == F([]w)", "VARIABLE w\nP(x) == {x}\nI == INSTANCE M WITH F <- «P"),
    "M037": inner("CONSTANTS F(_), C\nA == F(C)", "VARIABLE v\nP(x) == {x}\nI == «INSTANCE M WITH F <- P, C <- []v"),
    "M040": parse("RECURSIVE «A(_)\nB == 1"),
    "M041": parse("RECURSIVE A(_)\n«A(x, y) == x"),
    "M042": parse("RECURSIVE A(_)\nB == LET «A(x) == x IN 1\nA(x) == x"),
    "M043": parse("RECURSIVE A(_)\n«VARIABLE v\nA(x) == x"),
    "M044": parse("RECURSIVE P(_)\n«P(x) == x'"),
    "M050": parse("VARIABLE v\nA == («v')'"),
    "M051": parse("VARIABLE v\nASSUME «v = 1"),
    "M052": parse("VARIABLE v\nF(G(_)) == G(v')\nA == F(«')"),
    "M053": parse("VARIABLE v\nF(G(_), x) == G(x)\nA == F(', «v')"),
    "M054": parse("VARIABLE v\nA == «[](v' = v)"),
    "M055": parse("VARIABLE v\nA == «<>(v' = v)"),
    "M056": parse("VARIABLE v\nA == («v' = v) ~> TRUE"),
    "M057": parse("VARIABLE v\nA == «v' = v /\\ []v"),
    "M058": parse("VARIABLE v\nA == \\A «x \\in v' : []v"),
    "M059": parse("VARIABLE v\nA == \\A x \\in «[]v : TRUE"),
    "M060": parse("A == \\E x \\in {} : l(x, «x) :: TRUE"),
    "M061": parse("A == \\E x \\in {} : «l :: TRUE"),
    "M062": parse("d == 1\nA == l(«d) :: TRUE"),
    "M063": parse("ASSUME «l :: TRUE"),
    "M064": parse("THEOREM Th == ASSUME ASSUME NEW x PROVE «l :: TRUE PROVE TRUE"),
    "M065": parse("A == [[a |-> 1] EXCEPT !.a = «l :: 1]"),
    "M066": parse("A == (l :: TRUE) /\\ («l :: TRUE)"),
    "M069": parse("A == 1\nHIDE «A"),
    "M090": Trigger(
        ("parse", "T.tla"), {"T.tla": module("A == 1")}, failing=("modelcheck.module.api.Loader", RecursionError())
    ),
}
ENTRIES = {
    "C001": Trigger(("check", "T.tla", "--config", "None.cfg"), {"T.tla": module("A == 1")}),
    "C002": Trigger(("check", "T.tla"), {"T.tla": module("A == 1"), "T.cfg": "INIT«\0"}),
    "C003": cfg("CONSTANT N = «;"),
    "C004": cfg("«(* open"),
    "C005": cfg("«INVARIENT Inv"),
    "C006": cfg("INIT«"),
    "C007": cfg("CHECK_DEADLOCK «no"),
    "C008": cfg("CONSTANT N «3"),
    "C009": cfg("CONSTANT N = «<<1>>"),
    "C010": cfg("INIT Init\n«INIT Next"),
    "C020": cfg(f"«{INIT_NEXT}"),
    "C021": cfg(f"CONSTANTS N = 1 «Nothing <- Three {INIT_NEXT}"),
    "C022": cfg(f"CONSTANTS N = 1 «Three <- Nothing {INIT_NEXT}"),
    "C023": cfg(f"CONSTANTS N = 1 «F <- Three {INIT_NEXT}"),
    "C024": cfg(f"CONSTANTS N = 1 «Three <- Low Low <- Three {INIT_NEXT}"),
    "C025": cfg(f"CONSTANTS N = 1 «Three <- [Nowhere] Low {INIT_NEXT}"),
    "C026": cfg(f"CONSTANTS N = 1 «F = 3 {INIT_NEXT}"),
    "C027": cfg(f"CONSTANTS «N <- Init {INIT_NEXT}"),
    "C030": cfg(f"CONSTANTS N = 1 {INIT_NEXT} INVARIANT «Saf"),
    "C031": cfg(f"CONSTANTS N = 1 {INIT_NEXT} INVARIANT «F"),
    "C032": cfg(f"CONSTANTS N = 1 {INIT_NEXT} INVARIANT «Next"),
    "C033": cfg("CONSTANTS N = 1 SPECIFICATION Init INIT «Init NEXT Next"),
    "C034": cfg("«CONSTANTS N = 1"),
    "C035": cfg("«CONSTANTS N = 1 INIT Init INVARIANT Init"),
    "C036": check("VARIABLE x\nSpec == x = 0 /\\ «x' = 0", "SPECIFICATION Spec"),
    "C037": check("VARIABLE x\nSpec == x = 0 /\\ [][x' = 0]_x /\\ [][«x' = 1]_x", "SPECIFICATION Spec"),
    "C038": check("VARIABLE x\nInit == x = 0\nNext == x' = 0\nP == «x' = 0", f"{INIT_NEXT} PROPERTY P"),
    "C039": cfg(f"CONSTANTS N = 1 {INIT_NEXT} _PERIODIC «Init"),
    "C041": check(COUNT, f"{INIT_NEXT} \\* tlapair: expect «hols"),
    "C042": check(COUNT, f"{INIT_NEXT} \\* tlapair: expect holds, «length 3"),
    "C040": check(f"{SYMMETRIC}\n«Sym == {{1}}", f"CONSTANTS a = a b = b {INIT_NEXT} SYMMETRY Sym"),
}
USAGE = {
    "U001": Trigger(("check", "--no-such-option")),
    "U002": Trigger(("chekc",)),
    "U003": check(f"{COUNT}\nLess == x < 2\n«Live == <>(x = 3)", f"{INIT_NEXT} PROPERTY Live CONSTRAINT Less"),
    "U005": check(COUNT, INIT_NEXT, "--trace-out", "nowhere/trace.json"),
    "U006": Trigger(("codes", "E999")),
    "U010": simulate("VARIABLE x\nInit == x = 0 /\\ FALSE\nNext == x' = 0"),
    "U011": simulate(
        "EXTENDS Naturals, TLC\nVARIABLE x\nInit == x = 0\nNext == TLCSet(1, x) /\\ x' = x + 1", "--workers", "2"
    ),
    "U015": replace(check(COUNT, INIT_NEXT, "--expect", "hols"), at=("--expect", 1, 1)),
    "U014": check(COUNT, INIT_NEXT, "--recover", "None.checkpoint"),
    "U013": check(COUNT, INIT_NEXT, "--load-trace", "None.itf.json"),
}
EVALUATION = {
    "E001": evaluate('«1 = "a"'),
    "E002": evaluate("\\E n \\in «Nat : n = 3"),
    "E003": evaluate("«[x \\in {1, 2} |-> x][3]"),
    "E004": evaluate("«1 \\cup {2}"),
    "E005": evaluate("«CHOOSE x \\in {1, 2} : x > 2"),
    "E006": evaluate("«CASE 1 = 2 -> 3"),
    "E007": check("VARIABLES x, y\nInit == x = 0 /\\ y = 0\nNext == x' = «y' /\\ y' = 1"),
    "E008": check("VARIABLES x, y\nInit == x = 0 /\\ y = 0\n«Next == x' = 1"),
    "E009": evaluate("«1 /\\ TRUE"),
    "E010": check('EXTENDS Naturals, TLC\nVARIABLE x\nInit == x = 0\nNext == «Assert(x > 0, "no") /\\ x\' = 1'),
    "E011": evaluate("«CHOOSE x : x = 1 \\/ TRUE"),
    "E012": check("EXTENDS Naturals\nVARIABLE x\nRECURSIVE F(_)\nF(n) == 1 + «F(n)\nInit == x = F(1)\nNext == x' = 0"),
    "E013": evaluate("«Permutations(1..20)"),
    "E014": evaluate("«1 \\div 0"),
    "E015": evaluate('«IOExec(<<"ls">>)', "--extends", "IOUtils"),
}
TRACES = {
    "T001": Trigger(("validate", "None.ndjson")),
    "T002": Trigger(("validate", "run.ndjson"), {"run.ndjson": b"\xff\n"}, at=("run.ndjson", 1, 1)),
    "T003": trace(HEAD, "«{"),
    "T004": trace(HEAD, '{«"act": "Next"}'),
    "T005": trace('«{"a": 1}'),
    "T006": trace("«"),
    "T007": trace('{"schema": "tlapair.trace/1", "spec": «"Paxos.tla", "constants": {}}', STEP),
    "T008": trace(HEAD, '{"action": «"Nxt"}'),
    "T009": trace(HEAD, '{"action": "Next", "vars": {"x": «null}}'),
    "T010": trace('{"schema": "tlapair.trace/1", "spec": «"no/Such.tla", "constants": {}}', STEP, spec=False),
    "T011": trace('{"schema": "tlapair.trace/1", "spec": "Count.tla", "constants": {«"N": 1}}', STEP),
    "T012": Trigger(
        ("validate", "--merge", "Count.tla", "a.ndjson", "b.ndjson"),
        {
            "Count.tla": module(COUNT).replace("MODULE T", "MODULE Count"),
            "Count.cfg": INIT_NEXT,
            "a.ndjson": json.dumps(HEAD) + "\n«" + json.dumps(STEP),
            "b.ndjson": json.dumps(HEAD) + "\n" + json.dumps(STEP),
        },
    ),
    "T013": Trigger(("record", "paxo")),
    "T014": Trigger(("run", "zab", "--nodes", "4")),
    "T022": Trigger(
        ("validate", "history.ndjson"),
        {
            "history.ndjson": '{"schema": "tlapair.history/1", "object": "register"}\n'
            '{"client": "c1", "number": 1, "ask": ["read", "r"]}\n{"client": "c1", "number": 1, "answer": 5}\n'
        },
    ),
    "T023": Trigger(
        ("validate", "history.ndjson"),
        {
            "history.ndjson": '{"schema": "tlapair.history/1", "object": "znodes"}\n'
            '{"client": "c1", "number": 1, "ask": ["peek", "/a"]}\n'
            '{"client": "c1", "number": 1, "answer": ["x", 0], "at": 2, "changed": 3}\n'
        },
    ),
    "T030": Trigger(("read", "twophase"), failing=("traces.read.codetext.import_module", ImportError())),
    "T031": Trigger(("read", "twophase"), failing=("traces.pairs.protocol", misnamed)),
    "T032": Trigger(("drive", "twophase", "--mutant", "AbortsAfterYes")),
    "T033": Trigger(("drive", "twophase"), failing=("traces.drive.graph.STATES_MAX", 100)),
    "T020": trace(HEAD, STEP, '{"action": "Next", "vars": {"x": 3}}'),
    "T021": trace(HEAD, "«{}", "{}", options=("--states", "2", "--breadth")),
}
VERDICTS = {
    "V001": check(f"{COUNT}\n«ASSUME 1 = 2"),
    "V002": check(f"{COUNT}\n«Post == 1 = 2", f"{INIT_NEXT} POSTCONDITION Post", "--no-deadlock"),
    "V003": check(COUNT),
    "V004": check(f"{COUNT}\n«Inv == x < 2", f"{INIT_NEXT} INVARIANT Inv"),
    "V005": check(f"{COUNT}\nProp == [][«x' = 1]_x", f"{INIT_NEXT} PROPERTY Prop"),
    "V007": check(COUNT, f"{INIT_NEXT} \\* tlapair: expect holds, «generated 5", "--no-deadlock"),
    "V006": check(f"{COUNT}\n«Live == <>(x = 4)", f"{INIT_NEXT} PROPERTY Live", "--no-deadlock"),
}
LIMITS = {
    "L001": check(COUNT, INIT_NEXT, "--max-states", "2"),
    "L002": check(
        "EXTENDS TLC\nCONSTANT S\nVARIABLE x\nInit == x = 0\nNext == x' = 0\n«Sym == Permutations(S)",
        f"CONSTANT S = {{{', '.join(f's{n}' for n in range(3))}}} {INIT_NEXT} SYMMETRY Sym",
        failing=("modelcheck.explore.symmetry.GROUP_MAX", 5),
    ),
    "L003": Trigger(("codes",), failing=("modelcheck.commands.codes.run", MemoryError())),
    "L004": Trigger(("codes",), failing=("modelcheck.commands.codes.run", RecursionError())),
    "X001": Trigger(("codes",), failing=("modelcheck.commands.codes.run", ValueError("a defect"))),
    "X002": Trigger(("codes",), failing=("modelcheck.commands.codes.run", KeyboardInterrupt())),
    "X003": Trigger(("codes",), failing=("modelcheck.commands.codes.run", OSError(28, "No space left"))),
}


def prove(
    body: str,
    *options: str,
    cfg: str = f"{INIT_NEXT} INVARIANT Inv",
    failing: tuple[str, Any] | None = None,
    at: tuple[str, int, int] | None = None,
) -> Trigger:
    """A question to the symbolic engine."""
    files: dict[str, str | bytes] = {"T.tla": module(body), "T.cfg": cfg}
    return Trigger(("prove", "T.tla", "--json", *options), files, failing, at)


STEPS = "EXTENDS Naturals, Sequences, FiniteSets\nVARIABLE x\nInit == x = 0\nNext == x < 3 /\\ x' = x + 1\n"
ANY = STEPS.replace("x = 0", "x \\in Nat")
SYMBOLIC = {
    "S001": prove(f"{STEPS}Inv == x \\in {{1}} /\\ «x \\cup {{}} = {{}}", "--length", "2"),
    "S002": prove(
        "EXTENDS Naturals\nVARIABLE\n  \\* @type: Set(Int);\n  x\nInit == «x = 0\nNext == x' = x\nInv == TRUE",
        "--length",
        "1",
    ),
    "S003": prove(f"{ANY}RECURSIVE F(_)\nF(n) == IF n = 0 THEN 0 ELSE «F(n - 1)\nInv == F(x) = 0", "--length", "2"),
    "S004": prove(f"{ANY}Inv == «Cardinality({{n \\in Nat : n < x}}) = x", "--length", "2"),
    "S005": prove(f"{STEPS}Inv == «ENABLED Next \\/ x = 3", "--length", "2"),
    "S006": prove(f"{STEPS}Live == <>(x = 3)", "--inv", "Live", cfg=INIT_NEXT, at=("--inv", 1, 1)),
    "S007": prove(
        'EXTENDS Naturals, TLC\nVARIABLE x\nInit == x \\in Nat\nNext == x\' = x\nInv == «ToString(x) # "no"',
        "--length",
        "1",
    ),
    "S008": prove(
        "EXTENDS Naturals\nVARIABLE x\nInit == x \\in SUBSET (0..20)\nNext == x' = x\n"
        "Inv == «\\A s \\in SUBSET x : s \\subseteq x",
        "--length",
        "1",
    ),
    "S009": prove(f"{STEPS}Inv == «x < 4"),
    "S010": prove(
        "EXTENDS Sequences\nVARIABLE x\nInit == x = <<>>\nNext == x' = Append(x, TRUE)\nInv == «x \\in Seq(BOOLEAN)"
    ),
    "S011": prove(STEPS, cfg=INIT_NEXT),
    "S012": prove(
        STEPS.replace("x = 0", "x \\in 0..1") + "Inv == x < 2",
        "--length",
        "4",
        failing=("modelcheck.symbolic.numbers._exact", lambda x, y, operator: 7),
    ),
    "S013": Trigger(
        ("check", "T.tla", "--cross-check", "--json"),
        {
            "T.tla": module(STEPS.replace("x = 0", "x \\in 0..1") + "Inv == x < 2"),
            "T.cfg": f"{INIT_NEXT} INVARIANT Inv",
        },
        ("modelcheck.symbolic.numbers._exact", lambda x, y, operator: 7),
        None,
    ),
    "S015": prove(
        "VARIABLE\n  \\* @type: «Set(Int»;\n  x\nInit == x = {}\nNext == x' = x\nInv == TRUE", "--length", "1"
    ),
    "S014": prove(STEPS, failing=("modelcheck.commands.prove.import_module", ImportError())),
}
TRIGGERS = TEXT | NAMES | ENTRIES | USAGE | EVALUATION | TRACES | VERDICTS | LIMITS | SYMBOLIC
