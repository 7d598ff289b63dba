---------------------------- MODULE FirstVoteWins -----------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but a new leader takes any vote it is   *)
(*   told of.                                                              *)
(*                                                                         *)
(* Changed: Best does not ask for the vote of the highest ballot.          *)
(* What happens: a vote of ballot 1, which nobody else cast, is proposed   *)
(*   again in ballot 3, although another value was chosen in ballot 2.     *)
(* Known from: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001,   *)
(*   section 2.2: the value must be that of the highest-numbered proposal  *)
(*   among the responses.                                                  *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: the vote of any ballot.
SomeVote(told, v) == told = {} \/ \E e \in told : e.val = v

\* Where to look: one other server in each ballot.
Guide ==
  \A m \in msgs :
    /\ m.type = "1b" => m.from = IF m.bal = 3 THEN s2 ELSE s3
    /\ m.type = "2b" => m.bal > 1 /\ m.from = s3
=============================================================================
