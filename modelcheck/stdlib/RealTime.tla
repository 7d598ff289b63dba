------------------------------ MODULE RealTime ------------------------------
(***************************************************************************)
(* Bounds on when the steps of a specification happen.  The variable now   *)
(* is the time.                                                            *)
(***************************************************************************)
EXTENDS Reals

VARIABLE now

\* A step of A that changes v happens only after A was possible for at least
\* D units of time, and A is not possible for more than E units without one.
\* The hidden variable t is the time for which it has been possible.
RTBound(A, v, D, E) ==
  LET Restart(t)  == <<A>>_v \/ ~(ENABLED <<A>>_v)'
      Run(t)      == t' = IF Restart(t) THEN 0 ELSE t + (now' - now)
      Clock(t)    == t = 0 /\ [][Run(t)]_<<t, v, now>>
      NotLate(t)  == [](t \leq E)
      NotEarly(t) == [][A => t \geq D]_v
  IN  \EE t : Clock(t) /\ NotLate(t) /\ NotEarly(t)

\* Time passes, without bound, and v stays the same while it does.
RTnow(v) ==
  LET Pass == now' \in {r \in Real : r > now} /\ UNCHANGED v
  IN  /\ now \in Real
      /\ [][Pass]_now
      /\ \A r \in Real : WF_now(Pass /\ now' > r)
=============================================================================
