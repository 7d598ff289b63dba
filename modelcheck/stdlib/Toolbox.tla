------------------------------ MODULE Toolbox -------------------------------
(***************************************************************************)
(* The counterexample at hand, for expressions that explain it.            *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE TLC

\* The states of the counterexample, a sequence of records with a field for
\* each variable.
_TETrace == CHOOSE s : TRUE

\* The index in it of the state at hand.
_TEPosition ==
  LET n    == TLCGet("level")
      last == Len(_TETrace)
  IN  IF n = 0 THEN 1 ELSE IF n < last THEN n ELSE last
=============================================================================
