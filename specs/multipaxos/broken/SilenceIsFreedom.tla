--------------------------- MODULE SilenceIsFreedom ---------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but a leader takes the silence of a     *)
(*   server that has cut off its votes for freedom.                        *)
(*                                                                         *)
(* Changed: Kept does not look at how far back a promise tells.            *)
(* What happens: what was chosen in slot 1 is in the snapshot of the one   *)
(*   server that the second leader hears, and in none of its votes; the    *)
(*   leader proposes anew in slot 1.                                       *)
(* Known from: T. Chandra, R. Griesemer, J. Redstone, "Paxos made live",   *)
(*   PODC 2007, section 5.5: snapshot and log must stay consistent with    *)
(*   each other, and a replica that lags must get a snapshot when the log  *)
(*   it needs is gone.                                                     *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: whether it has kept the vote or not.
AsIfKept(m, n) == TRUE

\* Where to look: the first leader hears the third server, the second one the
\* first, which votes no more.
Guide ==
  \A m \in msgs :
    /\ m.type \in {"1b", "2b"} /\ m.bal = 1 => m.from = s3
    /\ m.type = "1b" /\ m.bal = 2 => m.from = s1
=============================================================================
