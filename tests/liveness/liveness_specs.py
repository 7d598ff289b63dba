"""Small specs with known answers to liveness properties, each with a twin in which ONE condition differs and the answer
with it.

A row: the module's body (which defines `vars`, `Init`, `Next`), the fairness, the property, whether it holds; then the
fairness or the property of the twin. `cfg`: more lines of the cfg.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One spec. `twin`: ('fair' or 'prop', what stands there instead)."""

    name: str
    body: str
    fair: str
    prop: str
    holds: bool
    twin: tuple[str, str]
    cfg: str = ""

    def text(self, twin: bool) -> str:
        fair, prop = self.fair, self.prop
        if twin:
            fair, prop = (self.twin[1], prop) if self.twin[0] == "fair" else (fair, self.twin[1])
        return (
            f"---- MODULE {self.name} ----\nEXTENDS Naturals, Sequences, FiniteSets\n{self.body}\n"
            f"Spec == Init /\\ [][Next]_vars /\\ ({fair})\nProp == {prop}\n====\n"
        )

    def config(self) -> str:
        return f"SPECIFICATION Spec\nPROPERTY Prop\nCHECK_DEADLOCK FALSE\n{self.cfg}\n"


ONE = """VARIABLE x
vars == x
Init == x = 0
A == x = 0 /\\ x' = 1
Next == A"""

CLOCK = """VARIABLE x
vars == x
Init == x = 0
Tick == x' = (x + 1) % 4
Next == Tick"""

COUNTER = """VARIABLE x
vars == x
Init == x = 0
Up == x < 3 /\\ x' = x + 1
Down == x > 0 /\\ x' = x - 1
Next == Up \\/ Down"""

FLICKER = """VARIABLES on, done
vars == <<on, done>>
Init == on = TRUE /\\ done = FALSE
Toggle == on' = ~on /\\ UNCHANGED done
A == on /\\ ~done /\\ done' = TRUE /\\ UNCHANGED on
Next == Toggle \\/ A"""

TOGGLES = """CONSTANT P
VARIABLE x
vars == x
Init == x = [p \\in P |-> 0]
A(p) == x' = [x EXCEPT ![p] = 1 - @]
Fair(p) == WF_vars(A(p))
Next == \\E p \\in P : A(p)"""
TWO = "CONSTANT P = {p1, p2}"

LOCK = """CONSTANT P
VARIABLES pc, free
vars == <<pc, free>>
Init == pc = [p \\in P |-> "idle"] /\\ free = TRUE
Ask(p) == pc[p] = "idle" /\\ pc' = [pc EXCEPT ![p] = "wait"] /\\ UNCHANGED free
Enter(p) == pc[p] = "wait" /\\ free /\\ free' = FALSE /\\ pc' = [pc EXCEPT ![p] = "cs"]
Leave(p) == pc[p] = "cs" /\\ free' = TRUE /\\ pc' = [pc EXCEPT ![p] = "idle"]
Next == \\E p \\in P : Ask(p) \\/ Enter(p) \\/ Leave(p)"""

CHANNEL = """CONSTANT M
VARIABLES unsent, wire, got
vars == <<unsent, wire, got>>
Init == unsent = M /\\ wire = {} /\\ got = {}
Send(m) == m \\in unsent /\\ wire' = wire \\cup {m} /\\ UNCHANGED <<unsent, got>>
Lose(m) == m \\in wire /\\ wire' = wire \\ {m} /\\ UNCHANGED <<unsent, got>>
Get(m) == m \\in wire /\\ got' = got \\cup {m} /\\ wire' = wire \\ {m} /\\ unsent' = unsent \\ {m}
Next == \\E m \\in M : Send(m) \\/ Lose(m) \\/ Get(m)"""

PETERSON = """VARIABLES pc, flag, turn
vars == <<pc, flag, turn>>
P == {0, 1}
Init == pc = [p \\in P |-> "idle"] /\\ flag = [p \\in P |-> FALSE] /\\ turn = 0
Ask(p) == pc[p] = "idle" /\\ pc' = [pc EXCEPT ![p] = "set"] /\\ flag' = [flag EXCEPT ![p] = TRUE] /\\ UNCHANGED turn
Yield(p) == pc[p] = "set" /\\ pc' = [pc EXCEPT ![p] = "wait"] /\\ turn' = 1 - p /\\ UNCHANGED flag
Enter(p) == pc[p] = "wait" /\\ (~flag[1 - p] \\/ turn = p) /\\ pc' = [pc EXCEPT ![p] = "cs"]
            /\\ UNCHANGED <<flag, turn>>
Leave(p) == pc[p] = "cs" /\\ pc' = [pc EXCEPT ![p] = "idle"] /\\ flag' = [flag EXCEPT ![p] = FALSE] /\\ UNCHANGED turn
Go(p) == Yield(p) \\/ Enter(p) \\/ Leave(p)
Next == \\E p \\in P : Ask(p) \\/ Go(p)"""

FORKS = """VARIABLES pc, fork
vars == <<pc, fork>>
P == {0, 1}
Init == pc = [p \\in P |-> "think"] /\\ fork = [f \\in P |-> "table"]
First(p) == pc[p] = "think" /\\ fork[0] = "table" /\\ fork' = [fork EXCEPT ![0] = "hand"]
            /\\ pc' = [pc EXCEPT ![p] = "one"]
Second(p) == pc[p] = "one" /\\ fork[1] = "table" /\\ fork' = [fork EXCEPT ![1] = "hand"]
             /\\ pc' = [pc EXCEPT ![p] = "eat"]
Stop(p) == pc[p] = "eat" /\\ fork' = [f \\in P |-> "table"] /\\ pc' = [pc EXCEPT ![p] = "think"]
Next == \\E p \\in P : First(p) \\/ Second(p) \\/ Stop(p)"""

CROSSED = """VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\\ y = 0
A == x < 2 /\\ x' = x + 1 /\\ UNCHANGED y
B == y' = 1 - y /\\ UNCHANGED x
Next == A \\/ B"""

OPEN = """VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\\ y = 0
X == x < 2 /\\ x' = x + 1
Next == (X /\\ y' \\in {0, 1}) \\/ (y' = 1 - y /\\ UNCHANGED x)"""

SQUARE = """VARIABLE x
vars == x
Init == x = 0
Next == \\/ x = 0 /\\ x' \\in {1, 2}
        \\/ x = 1 /\\ x' = 0
        \\/ x = 2 /\\ x' = 3
        \\/ x = 3 /\\ x' \\in {0, 2}
Out == x = 0 /\\ x' = 2
Home == x = 3 /\\ x' = 0"""

ENDS = """VARIABLE x
vars == x
Init == x = 0
Choose == x = 0 /\\ x' \\in 1..3
Next == Choose"""

INNER_CLOCK = """---- MODULE Clock ----
VARIABLE h
CInit == h \\in 0..1
CTick == h' = 1 - h
CSpec == CInit /\\ [][CTick]_h /\\ WF_h(CTick)
====
"""

REFINED_CLOCK = (
    INNER_CLOCK
    + """VARIABLES hour, minute
vars == <<hour, minute>>
Init == hour = 0 /\\ minute = 0
Min == minute < 2 /\\ minute' = minute + 1 /\\ UNCHANGED hour
Hour == minute = 2 /\\ minute' = 0 /\\ hour' = 1 - hour
Next == Min \\/ Hour
C == INSTANCE Clock WITH h <- hour"""
)

HALVED = """---- MODULE Steps ----
VARIABLE y
SInit == y = 0
One == y < 3 /\\ y' = y + 1
SSpec == SInit /\\ [][One]_y /\\ WF_y(One)
====
VARIABLE x
vars == x
Init == x = 0
Inc == x < 7 /\\ x' = x + 1
Next == Inc
S == INSTANCE Steps WITH y <- x \\div 2"""

DOUBLED = """---- MODULE Jumps ----
VARIABLE y
One == y < 5 /\\ y' = y + 1
Pair == y < 4 /\\ y' = y + 2
Odd == [][One \\/ Pair]_y /\\ WF_y(One)
Even == [][One \\/ Pair]_y /\\ WF_y(Pair)
====
VARIABLE x
vars == x
Init == x = 0
Inc == x < 2 /\\ x' = x + 1
Next == Inc
J == INSTANCE Jumps WITH y <- 2 * x"""

MANY_CELLS = """---- MODULE Cell ----
VARIABLE c
Flip == c' = 1 - c
Live == []<>(c = 1)
Busy == WF_c(Flip)
====
CONSTANT P
VARIABLE st
vars == st
Init == st = [p \\in P |-> 0]
Act(p) == st' = [st EXCEPT ![p] = 1 - @]
Next == \\E p \\in P : Act(p)
I(p) == INSTANCE Cell WITH c <- st[p]"""

QUEUE = """VARIABLES q, n
vars == <<q, n>>
Init == q = <<>> /\\ n = 0
Put == Len(q) < 2 /\\ q' = Append(q, n) /\\ n' = 1 - n
Take == q # <<>> /\\ q' = Tail(q) /\\ UNCHANGED n
Next == Put \\/ Take"""

BIT = """VARIABLES bit, msg, ack, rcvd
vars == <<bit, msg, ack, rcvd>>
None == 2
Init == bit = 0 /\\ msg = None /\\ ack = None /\\ rcvd = 1
Send == msg' = bit /\\ UNCHANGED <<bit, ack, rcvd>>
Drop == msg # None /\\ msg' = None /\\ UNCHANGED <<bit, ack, rcvd>>
Recv == msg # None /\\ rcvd' = msg /\\ ack' = msg /\\ msg' = None /\\ UNCHANGED bit
DropAck == ack # None /\\ ack' = None /\\ UNCHANGED <<bit, msg, rcvd>>
GetAck == ack # None /\\ bit' = (IF ack = bit THEN 1 - bit ELSE bit) /\\ ack' = None /\\ UNCHANGED <<msg, rcvd>>
Next == Send \\/ Drop \\/ Recv \\/ DropAck \\/ GetAck"""

ROWS = [
    # ---- weak fairness and stuttering
    Row("Taken", ONE, "WF_vars(A)", "<>(x = 1)", True, ("fair", "TRUE")),
    Row("TakenNext", ONE, "WF_vars(Next)", "<>[](x = 1)", True, ("prop", "<>[](x = 0)")),
    Row("Stutters", CLOCK, "TRUE", "[]<>(x = 0)", False, ("fair", "WF_vars(Tick)")),
    Row("ClockAll", CLOCK, "WF_vars(Tick)", "\\A i \\in 0..3 : []<>(x = i)", True,
        ("prop", "\\A i \\in 0..4 : []<>(x = i)")),
    Row("Subscript", CROSSED, "WF_y(A)", "<>(x = 2)", False, ("fair", "WF_x(A)")),
    Row("SubscriptPair", CROSSED, "WF_<<x, y>>(A)", "<>(x = 2)", True, ("fair", "WF_<<x, y>>(B)")),
    Row("NextIsNotEnough", CROSSED, "WF_vars(Next)", "<>(x = 2)", False, ("fair", "WF_vars(A)")),
    Row("Disjunction", CROSSED, "WF_vars(A \\/ B)", "<>(x = 1)", False, ("fair", "WF_vars(A) /\\ WF_vars(B)")),
    Row("Deadlocks", ENDS, "WF_vars(Next)", "<>(x = 3)", False, ("prop", "<>(x # 0)")),
    Row("Terminates", COUNTER, "WF_vars(Up)", "<>(x = 3)", False, ("fair", "WF_vars(Up) /\\ <>[][Up]_x")),
    # ---- weak and strong
    Row("Flickers", FLICKER, "WF_vars(Toggle) /\\ WF_vars(A)", "<>done", False,
        ("fair", "WF_vars(Toggle) /\\ SF_vars(A)")),
    Row("StrongAlone", FLICKER, "SF_vars(A)", "<>done", False, ("fair", "SF_vars(A) /\\ WF_vars(Toggle)")),
    Row("Ladder", COUNTER, "WF_vars(Next) /\\ SF_vars(x = 2 /\\ Up)", "[]<>(x = 2) => <>(x = 3)", True,
        ("fair", "WF_vars(Next) /\\ WF_vars(x = 2 /\\ Up)")),
    Row("LadderAll", COUNTER, "WF_vars(Next) /\\ \\A i \\in 0..2 : SF_vars(x = i /\\ Up)", "<>(x = 3)", True,
        ("fair", "WF_vars(Next) /\\ WF_vars(x = 1 /\\ Up) /\\ \\A i \\in {0, 2} : SF_vars(x = i /\\ Up)")),
    Row("SquareStrong", SQUARE, "WF_vars(Next) /\\ SF_vars(Out)", "[]<>(x = 3)", True,
        ("fair", "WF_vars(Next) /\\ WF_vars(Out)")),
    Row("SquareHome", SQUARE, "WF_vars(Next) /\\ SF_vars(Out) /\\ SF_vars(Home)", "[]<>(x = 0)", True,
        ("fair", "WF_vars(Next) /\\ SF_vars(Out) /\\ WF_vars(Home)")),
    Row("LockStrong", LOCK, "\\A p \\in P : SF_vars(Enter(p)) /\\ WF_vars(Leave(p))",
        "\\A p \\in P : pc[p] = \"wait\" ~> pc[p] = \"cs\"", True,
        ("fair", "\\A p \\in P : WF_vars(Enter(p)) /\\ WF_vars(Leave(p))"), TWO),
    Row("LockSome", LOCK, "\\A p \\in P : WF_vars(Enter(p)) /\\ WF_vars(Leave(p))",
        "(\\E p \\in P : pc[p] = \"wait\") ~> (\\E p \\in P : pc[p] = \"cs\")", True,
        ("fair", "\\A p \\in P : WF_vars(Leave(p))"), TWO),
    Row("Forks", FORKS, "\\A p \\in P : SF_vars(First(p)) /\\ WF_vars(Second(p)) /\\ WF_vars(Stop(p))",
        "\\A p \\in P : []<>(pc[p] = \"eat\")", True,
        ("fair", "\\A p \\in P : WF_vars(First(p)) /\\ WF_vars(Second(p)) /\\ WF_vars(Stop(p))")),
    Row("Peterson", PETERSON, "\\A p \\in P : WF_vars(Go(p))", "\\A p \\in P : pc[p] = \"set\" ~> pc[p] = \"cs\"", True,
        ("fair", "\\A p \\in P : WF_vars(Yield(p)) /\\ WF_vars(Enter(p))")),
    Row("PetersonOne", PETERSON, "\\A p \\in {0} : WF_vars(Go(p))", "pc[0] = \"set\" ~> pc[0] = \"cs\"", False,
        ("fair", "\\A p \\in {0, 1} : WF_vars(Go(p))")),
    # ---- per process
    Row("PerProcess", TOGGLES, "\\A p \\in P : WF_vars(A(p))", "\\A p \\in P : []<>(x[p] = 1)", True,
        ("fair", "WF_vars(\\E p \\in P : A(p))"), TWO),
    Row("PerProcessByName", TOGGLES, "\\A p \\in P : Fair(p)", "\\A p \\in P : []<>(x[p] = 1)", True,
        ("fair", "\\E p \\in P : Fair(p)"), TWO),
    Row("SomeProcess", TOGGLES, "\\E p \\in P : Fair(p)", "\\E p \\in P : []<>(x[p] = 1)", True,
        ("prop", "\\A p \\in P : []<>(x[p] = 1)"), TWO),
    Row("FairInLet", TOGGLES, "LET F(p) == WF_vars(A(p)) IN \\A p \\in P : F(p)", "\\A p \\in P : []<>(x[p] = 1)", True,
        ("fair", "LET F(p) == WF_vars(A(p)) IN \\A p \\in {} : F(p)"), TWO),
    Row("Together", TOGGLES, "\\A p \\in P : WF_vars(A(p))", "\\A p, r \\in P : []<>(x[p] = 1 \\/ x[r] = 1)", True,
        ("prop", "\\A p, r \\in P : []<>(x[p] = 1 /\\ x[r] = 1)"), TWO),
    # ---- leads to
    Row("LeadsTo", COUNTER, "SF_vars(Down)", "x = 3 ~> x < 3", True, ("fair", "SF_vars(Up)")),
    Row("LeadsToChain", CLOCK, "WF_vars(Tick)", "x = 0 ~> (x = 1 /\\ (x = 1 ~> x = 2))", True,
        ("prop", "x = 0 ~> (x = 1 /\\ (x = 1 ~> x = 5))")),
    Row("LeadsToNested", ENDS, "WF_vars(Next)", "x = 0 ~> (x = 1 ~> x = 2)", False,
        ("prop", "x = 0 ~> (x = 2 ~> x = 2)")),
    Row("LeadsToEither", ENDS, "WF_vars(Next)", "x = 0 ~> (x = 1 \\/ x = 2)", False,
        ("prop", "x = 0 ~> (x = 1 \\/ x = 2 \\/ x = 3)")),
    Row("LeadsToAlways", ENDS, "WF_vars(Next)", "x = 0 ~> [](x # 0)", True, ("prop", "x = 0 ~> [](x # 3)")),
    Row("Delivered", CHANNEL, "\\A m \\in M : WF_vars(Send(m)) /\\ SF_vars(Get(m))",
        "\\A m \\in M : m \\in unsent ~> m \\in got", True,
        ("fair", "\\A m \\in M : WF_vars(Send(m)) /\\ WF_vars(Get(m))"), "CONSTANT M = {m1, m2}"),
    Row("AllDelivered", CHANNEL, "\\A m \\in M : WF_vars(Send(m)) /\\ SF_vars(Get(m))", "<>[](got = M)", True,
        ("fair", "\\A m \\in M : SF_vars(Get(m))"), "CONSTANT M = {m1, m2}"),
    Row("Bit", BIT, "WF_vars(Send) /\\ SF_vars(Recv) /\\ SF_vars(GetAck)",
        "[]<>(bit = 0) /\\ []<>(bit = 1)", True, ("fair", "WF_vars(Send) /\\ SF_vars(Recv) /\\ WF_vars(GetAck)")),
    Row("Fifo", QUEUE, "WF_vars(Take)", "Len(q) = 2 ~> Len(q) < 2", True, ("fair", "WF_vars(Put)")),
    Row("FifoEmpty", QUEUE, "WF_vars(Take)", "[]<>(q = <<>>)", False, ("fair", "WF_vars(Take) /\\ <>[][Take]_vars")),
    # ---- combinations of temporal formulas
    Row("Implies", COUNTER, "WF_vars(Next)", "[]<>(x = 3) => []<>(x = 2)", True,
        ("prop", "[]<>(x = 2) => []<>(x = 3)")),
    Row("Equivalent", CLOCK, "TRUE", "[]<>(x = 0) <=> []<>(x = 1)", False, ("fair", "WF_vars(Tick)")),
    Row("EquivalentEnds", ENDS, "WF_vars(Next)", "<>(x = 1) <=> <>[](x = 1)", True,
        ("prop", "<>(x = 1) <=> <>[](x # 2)")),
    Row("EitherOr", ENDS, "WF_vars(Next)", "<>[](x = 1) \\/ <>[](x = 2) \\/ <>[](x = 3)", True,
        ("prop", "<>[](x = 1) \\/ <>[](x = 2)")),
    Row("Exists", ENDS, "WF_vars(Next)", "\\E i \\in 1..3 : <>[](x = i)", True,
        ("prop", "\\E i \\in 1..2 : <>[](x = i)")),
    Row("NotEventually", ENDS, "TRUE", "~<>(x = 4)", True, ("prop", "~<>(x = 3)")),
    Row("NotAlwaysEventually", ENDS, "WF_vars(Next)", "~[]<>(x = 0)", True, ("fair", "TRUE")),
    Row("InOrder", COUNTER, "WF_vars(Up) /\\ <>[][Up]_x", "<>(x = 2 /\\ <>(x = 3))", True,
        ("prop", "<>(x = 3 /\\ <>(x = 2))")),
    Row("IfThenElse", ENDS, "WF_vars(Next)", "IF x = 0 THEN <>(x > 0) ELSE <>(x = 9)", True,
        ("prop", "IF x = 1 THEN <>(x > 0) ELSE <>(x = 9)")),
    Row("BoxImplies", COUNTER, "WF_vars(Next)", "[][Up]_x => <>(x = 3)", True,
        ("prop", "[][Up \\/ Down]_x => <>(x = 3)")),
    Row("BoxImpliesNext", COUNTER, "WF_vars(Next)", "[][x' > x]_x => <>[](x = 3)", True,
        ("prop", "[][x' # 3]_x => <>[](x < 2)")),
    Row("UnderBox", COUNTER, "WF_vars(Next)", "[]((x = 3 /\\ []<>(x = 3)) => <>(x = 2))", True,
        ("prop", "[]((x = 3 /\\ []<>(x = 3)) => <>(x = 1))")),
    Row("BoxInBox", CLOCK, "WF_vars(Tick)", "[](x = 1 => [](x = 3 => <>(x = 2)))", True,
        ("prop", "[](x = 1 => [](x = 3 => [](x = 2)))")),
    # ---- actions in properties
    Row("OftenTaken", CROSSED, "WF_vars(B)", "[]<><<B>>_vars", True, ("prop", "[]<><<A>>_vars")),
    Row("OnceTaken", CROSSED, "WF_vars(A)", "<><<A>>_vars", True, ("fair", "WF_vars(B)")),
    Row("Quiet", ENDS, "TRUE", "<>[][FALSE]_vars", True, ("prop", "<>[]<><<x' # x>>_vars")),
    Row("QuietX", CROSSED, "TRUE", "<>[][UNCHANGED x]_vars", True, ("prop", "<>[][UNCHANGED y]_vars")),
    Row("StrongImpliesWeak", FLICKER, "SF_vars(A)", "WF_vars(A)", True, ("prop", "WF_vars(Toggle)")),
    Row("WeakIsNotStrong", FLICKER, "WF_vars(A) /\\ WF_vars(Toggle)", "SF_vars(A)", False,
        ("prop", "WF_vars(A \\/ Toggle)")),
    Row("Enabled", CROSSED, "WF_vars(A)", "<>[](~ENABLED A)", True, ("prop", "<>[](~ENABLED B)")),
    Row("EnabledOften", FLICKER, "WF_vars(Toggle)", "[]<>(ENABLED A) \\/ <>done", True,
        ("prop", "<>[](ENABLED A) \\/ <>done")),
    # ---- actions that leave variables open
    Row("OpenWeak", OPEN, "WF_x(X)", "<>(x = 2)", True, ("fair", "WF_y(y' = 1 - y)")),
    Row("OpenStrong", OPEN, "SF_x(X /\\ y = 1) /\\ WF_y(y' = 1 - y)", "<>(x = 2)", True,
        ("fair", "WF_x(X /\\ y = 1) /\\ WF_y(y' = 1 - y)")),
    Row("OpenPrimed", OPEN, "WF_vars(x' = x + 1 /\\ x < 2 /\\ y' = 1)", "<>(x = 2)", True,
        ("fair", "WF_vars(x' = x + 1 /\\ x < 1 /\\ y' = 1)")),
    Row("OpenSubscript", OPEN, "WF_<<x, y>>(X)", "<>(x = 1)", True, ("fair", "WF_<<x, y>>(y' = 1 - y)")),
    Row("OpenOther", OPEN, "WF_y(X)", "<>(x = 2)", True, ("fair", "WF_y(X /\\ y' = y)")),
    # ---- fairness that is no WF or SF
    Row("PlainOften", SQUARE, "[]<>(x = 3)", "<>(x = 2)", True, ("fair", "[]<>(x = 1)")),
    Row("PlainImplies", SQUARE, "WF_vars(Next) /\\ ([]<>(x = 0) => []<>(x = 2))", "<>(x = 3)", True,
        ("fair", "WF_vars(Next) /\\ ([]<>(x = 3) => []<>(x = 2))")),
    Row("NoFairBehavior", ONE, "WF_vars(x' = 7)", "<>(x = 99)", True, ("fair", "WF_vars(x' = 7 /\\ x = 5)")),
    Row("NeverHappens", CLOCK, "WF_vars(Tick)", "x = 5 ~> x = 99", True, ("prop", "x = 3 ~> x = 99")),
    # ---- refinement
    Row("Refined", REFINED_CLOCK, "WF_vars(Next)", "C!CSpec", True, ("fair", "WF_vars(Min)")),
    Row("RefinedHour", REFINED_CLOCK, "WF_vars(Hour)", "C!CSpec", False, ("fair", "WF_vars(Hour) /\\ WF_vars(Min)")),
    Row("RefinedHalved", HALVED, "WF_vars(Inc)", "S!SSpec", True, ("fair", "WF_vars(Inc /\\ x < 5)")),
    Row("RefinedDoubled", DOUBLED, "WF_vars(Inc)", "J!Even", True, ("prop", "J!Odd")),
    Row("RefinedCells", MANY_CELLS, "\\A p \\in P : WF_vars(Act(p))", "\\A p \\in P : I(p)!Live", True,
        ("fair", "WF_vars(Next)"), TWO),
    Row("RefinedCellsFair", MANY_CELLS, "\\A p \\in P : WF_vars(Act(p))", "\\A p \\in P : I(p)!Busy", True,
        ("fair", "\\A p \\in P : I(p)!Live \\/ <>[](st[p] = 0)"), TWO),
]  # fmt: skip
