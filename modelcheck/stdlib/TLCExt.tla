------------------------------- MODULE TLCExt -------------------------------
(***************************************************************************)
(* More of what a specification can ask of its model checker: checks of    *)
(* values and errors, registers with defaults, the behavior that led to    *)
(* the state at hand.                                                      *)
(***************************************************************************)
LOCAL INSTANCE TLC
LOCAL INSTANCE Integers

\* a = b; prints both if they differ.
\* Example: AssertEq(1 + 1, 2)
AssertEq(a, b) == a = b \/ (PrintT(<<a, b>>) /\ FALSE)

\* True unless evaluating exp fails with a message other than err.
AssertError(err, exp) == CHOOSE b \in BOOLEAN : TRUE

\* The value of register key, or defaultVal if nothing was set there.
TLCGetOrDefault(key, defaultVal) == CHOOSE v : TRUE

\* The value that register key had (or defaultVal); sets the register to
\* Op(that value, val).
TLCGetAndSet(key, Op(_, _), val, defaultVal) ==
  LET before == TLCGetOrDefault(key, defaultVal)
  IN  IF TLCSet(key, Op(before, val)) THEN before ELSE before

\* The states from an initial one to the one at hand, a sequence of records
\* with a field for each variable.
Trace == CHOOSE s : TRUE

\* In a postcondition: the counterexample as a graph, a record of the sets
\* state and action; both are empty if there is none.
CounterExample == CHOOSE g : TRUE

\* The states of such a graph in their order, a sequence of records.
ToTrace(CE) == CHOOSE s : TRUE

\* The model value of that name.
TLCModelValue(str) == CHOOSE v : ToString(v) = str

\* True; evaluates the expression later, when the step is really taken.
TLCDefer(expression) == TRUE

\* val.
\* Example: TLCNoOp(7) = 7
TLCNoOp(val) == val

\* True if exp is; otherwise the user decides whether this step is taken.
\* Example: PickSuccessor(TRUE)
PickSuccessor(exp) == exp \/ CHOOSE b \in BOOLEAN : TRUE

\* The expression's value, looked up if it was evaluated before for an equal
\* closure.
\* Example: TLCCache(2 + 2, {}) = 4
TLCCache(expression, closure) == expression

\* The fingerprint of a value, its lower 32 bits.
TLCFP(var) == CHOOSE n \in Int : TRUE

\* The value of the definition of that name.
TLCEvalDefinition(definitionName) == CHOOSE v : TRUE
=============================================================================
