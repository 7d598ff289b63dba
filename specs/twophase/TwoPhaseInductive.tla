-------------------------- MODULE TwoPhaseInductive --------------------------
(***************************************************************************)
(* Why two-phase commit is safe: an invariant that every action keeps.     *)
(* Prove it with: tlapair prove TwoPhaseInductive.tla                      *)
(***************************************************************************)
EXTENDS TwoPhase

Said(type) == Sent([type |-> type])

\* The TM counts only votes that were cast.
VotesWereCast == \A r \in tmVotes : Sent([type |-> "VoteYes", rm |-> r])

\* Until the TM has decided, nobody has heard of a decision.
UndecidedIsSilent ==
  tmState \in {"initial", "waiting"} => ~ Said("Commit") /\ ~ Said("Abort")

\* What the TM has logged, it has said; what it does not remember as a
\* commit was none.
CommitIsKnown ==
  /\ tmLog = "committed" => Said("Commit")
  /\ tmLog = "committed" => tmState \in {"committed", "down"}

\* An abort said rules a commit out.
AbortIsFinal == Said("Abort") => tmLog = "empty"

\* Each RM ends for a reason: the TM's word, or never having voted yes.
EndsForAReason ==
  \A r \in RM :
    /\ rmLog[r] = "committed" => Said("Commit")
    /\ rmLog[r] = "aborted" =>
         Said("Abort") \/ ~ Sent([type |-> "VoteYes", rm |-> r])

IndInv ==
  /\ TypeOK
  /\ Consistent
  /\ OneOutcome
  /\ CommitNeedsAll
  /\ LoggedBeforeSaid
  /\ MemoryIsLogged
  /\ VotesWereCast
  /\ UndecidedIsSilent
  /\ CommitIsKnown
  /\ AbortIsFinal
  /\ EndsForAReason
=============================================================================
