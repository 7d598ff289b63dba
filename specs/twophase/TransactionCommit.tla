------------------------- MODULE TransactionCommit -------------------------
(***************************************************************************)
(* Atomic commitment, as a problem.                                        *)
(*                                                                         *)
(* A set of resource managers has worked on one transaction.  Each of them *)
(* ends by committing it or by aborting it, and no two of them end         *)
(* differently.  Here that is stated by what each of them may do next,     *)
(* looking at the true states of all the others.  No real system can look  *)
(* like that: how to do without is the business of a protocol, and a       *)
(* protocol is correct if it refines this module (TwoPhase does).          *)
(*                                                                         *)
(* Source: J. Gray, L. Lamport, "Consensus on Transaction Commit", ACM     *)
(*   TODS 31(1), 2006, pp. 133-160, section 2.  P. Bernstein,              *)
(*   V. Hadzilacos, N. Goodman, "Concurrency Control and Recovery in       *)
(*   Database Systems", 1987, chapter 7, pp. 217-264, has the same as a    *)
(*   list of conditions.                                                   *)
(* Left out: the work itself, messages, crashes; and the wish that a       *)
(*   transaction to which nothing happens should commit, since a spec that *)
(*   may always abort is what a system with timeouts can promise.          *)
(* Refines: nothing; this is the top.                                      *)
(***************************************************************************)

CONSTANT RM         \* the resource managers that take part

VARIABLE rmState    \* what each of them has done: [RM -> State]

vars == rmState

State == {"working", "prepared", "committed", "aborted"}

TypeOK == rmState \in [RM -> State]

-----------------------------------------------------------------------------

Init == rmState = [r \in RM |-> "working"]

\* From here on r could commit.
CanCommit(r) == rmState[r] \in {"prepared", "committed"}

(***************************************************************************)
(* r has done its share and could now go either way.  Enabled:             *)
(*   - r is still working.                                                 *)
(***************************************************************************)
Prepare(r) ==
  /\ rmState[r] = "working"
  /\ rmState' = [rmState EXCEPT ![r] = "prepared"]

(***************************************************************************)
(* r makes its work permanent.  Enabled:                                   *)
(*   - r is prepared;                                                      *)
(*   - so is everyone else, or has committed before.                       *)
(***************************************************************************)
Commit(r) ==
  /\ rmState[r] = "prepared"
  /\ \A s \in RM : CanCommit(s)
  /\ rmState' = [rmState EXCEPT ![r] = "committed"]

(***************************************************************************)
(* r undoes its work.  Enabled:                                            *)
(*   - r has not ended yet;                                                *)
(*   - nobody has committed.                                               *)
(***************************************************************************)
Abort(r) ==
  /\ rmState[r] \in {"working", "prepared"}
  /\ \A s \in RM : rmState[s] # "committed"
  /\ rmState' = [rmState EXCEPT ![r] = "aborted"]

Next == \E r \in RM : Prepare(r) \/ Commit(r) \/ Abort(r)

Spec == Init /\ [][Next]_vars

\* Nobody stays undecided forever.
FairSpec == Spec /\ \A r \in RM : WF_vars(Commit(r) \/ Abort(r))

-----------------------------------------------------------------------------

\* Without it one half of a transfer is booked and the other half is not.
Consistent ==
  \A r, s \in RM : ~ (rmState[r] = "committed" /\ rmState[s] = "aborted")

\* Without it an outcome already reported to somebody could be taken back.
Final ==
  [][\A r \in RM : rmState[r] \in {"committed", "aborted"} =>
                      rmState'[r] = rmState[r]]_vars

\* Every resource manager ends (needs FairSpec).
Termination == <>(\A r \in RM : rmState[r] \in {"committed", "aborted"})

THEOREM Spec => [](TypeOK /\ Consistent)
THEOREM Spec => Final
THEOREM FairSpec => Termination

(***************************************************************************)
(* Checked: MCTransactionCommit, with three resource managers.             *)
(***************************************************************************)
=============================================================================
