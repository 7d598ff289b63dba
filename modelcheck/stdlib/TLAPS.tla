------------------------------- MODULE TLAPS --------------------------------
(***************************************************************************)
(* The names by which a proof calls on the TLA+ proof system's provers.    *)
(*                                                                         *)
(* Each is the formula TRUE, so that citing it adds nothing to what is     *)
(* assumed; only the proof system reads more into it.  An argument t is a  *)
(* time limit in seconds, an argument tactic the name of an Isabelle       *)
(* tactic.                                                                 *)
(***************************************************************************)

-----------------------------------------------------------------------------
\* Solvers for arithmetic and uninterpreted functions.

SMT       == TRUE
SMTT(t)   == TRUE
Z3        == TRUE
Z3T(t)    == TRUE
CVC3      == TRUE
CVC3T(t)  == TRUE
CVC4      == TRUE
CVC4T(t)  == TRUE
Yices     == TRUE
YicesT(t) == TRUE
veriT     == TRUE
veriTT(t) == TRUE

\* Linear arithmetic over the integers, Cooper's method.
SimpleArithmetic == TRUE

-----------------------------------------------------------------------------
\* Provers for first-order logic.

Zenon         == TRUE
ZenonT(t)     == TRUE
SlowZenon     == TRUE
SlowerZenon   == TRUE
VerySlowZenon == TRUE
SlowestZenon  == TRUE
Spass         == TRUE
SpassT(t)     == TRUE
Zipper        == TRUE
ZipperT(t)    == TRUE

-----------------------------------------------------------------------------
\* Isabelle: with its default tactic, with one that is named, and with the
\* tactics that have names here.

Isa              == TRUE
IsaT(t)          == TRUE
IsaM(tactic)     == TRUE
IsaMT(tactic, t) == TRUE

IsaWithSetExtensionality == TRUE

Auto        == TRUE
SlowAuto    == TRUE
SlowerAuto  == TRUE
SlowestAuto == TRUE

Force        == TRUE
SlowForce    == TRUE
SlowerForce  == TRUE
SlowestForce == TRUE

Blast        == TRUE
SlowBlast    == TRUE
SlowerBlast  == TRUE
SlowestBlast == TRUE
AutoBlast    == TRUE

Simplification        == TRUE
SlowSimplification    == TRUE
SlowerSimplification  == TRUE
SlowestSimplification == TRUE

SimplifyAndSolve        == TRUE
SlowSimplifyAndSolve    == TRUE
SlowerSimplifyAndSolve  == TRUE
SlowestSimplifyAndSolve == TRUE

-----------------------------------------------------------------------------
\* Propositional temporal logic, decided by translation to an automaton.

PTL                        == TRUE
LS4                        == TRUE
LS4T(t)                    == TRUE
PropositionalTemporalLogic == TRUE

-----------------------------------------------------------------------------
\* Several provers in turn.

AllProvers     == TRUE
AllProversT(t) == TRUE
AllSMT         == TRUE
AllSMTT(t)     == TRUE
AllIsa         == TRUE
AllIsaT(t)     == TRUE

-----------------------------------------------------------------------------
\* How ENABLED and action composition are reduced before a prover sees them.

ExpandENABLED   == TRUE
ExpandCdot      == TRUE
AutoUSE         == TRUE
Lambdify        == TRUE
ENABLEDaxioms   == TRUE
LevelComparison == TRUE
Trivial         == TRUE

\* Marks that the proof system puts around an action while it reduces one.
EnabledWrapper(Op(_)) == FALSE
CdotWrapper(Op(_))    == FALSE

-----------------------------------------------------------------------------
\* Two facts of set theory that proofs cite by name.

\* Sets with the same elements are the same set.
THEOREM SetExtensionality ==
  ASSUME NEW S, NEW T, \A x : x \in S <=> x \in T
  PROVE  S = T

\* There is no set of all values.
THEOREM NoSetContainsEverything == ~ \E S : \A x : x \in S
=============================================================================
