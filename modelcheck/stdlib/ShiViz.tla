------------------------------- MODULE ShiViz -------------------------------
(***************************************************************************)
(* A counterexample as the drawing program ShiViz reads it.  Each step     *)
(* belongs to the process whose pc it changes; its clock counts the steps  *)
(* of every process.                                                       *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Json
INSTANCE Toolbox

LOCAL pcAt(i) == _TETrace[i].pc

\* The process that made the step to the i-th state.  A step that changes no
\* pc counts as one of the process before; there is none at the beginning.
RECURSIVE hostAt(_)
LOCAL hostAt(i) ==
  IF i = 1 THEN "--"
  ELSE IF pcAt(i) = pcAt(i - 1) THEN hostAt(i - 1)
  ELSE CHOOSE p \in DOMAIN pcAt(i) : pcAt(i)[p] # pcAt(i - 1)[p]

\* How many of the steps to the i-th state each process made.
RECURSIVE clockAt(_)
LOCAL clockAt(i) ==
  IF i = 1 THEN [p \in DOMAIN pcAt(1) |-> 0]
  ELSE [p \in DOMAIN pcAt(i) |->
          clockAt(i - 1)[p] + IF p = hostAt(i) THEN 1 ELSE 0]

\* The process that made the step to the state at hand.
Host == hostAt(_TEPosition)

\* The clock at that state, a JSON object.
Clock == ToJsonObject(clockAt(_TEPosition))
=============================================================================
