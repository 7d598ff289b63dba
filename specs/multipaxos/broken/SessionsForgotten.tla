-------------------------- MODULE SessionsForgotten ---------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but sessions are not part of a          *)
(*   snapshot.                                                             *)
(*                                                                         *)
(* Changed: Image is the machine without its sessions.                     *)
(* What happens: the client asks twice, and its command is chosen in two   *)
(*   slots; a server that comes back by its snapshot between the two       *)
(*   carries it out again.                                                 *)
(* Known from: D. Ongaro, "Consensus: bridging theory and practice",       *)
(*   Stanford 2014, section 6.3 (sessions must be part of the snapshot);   *)
(*   T. Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007,  *)
(*   section 5.5 (the snapshot of the log and that of the data structure   *)
(*   must fit).                                                            *)
(* Violated: ExactlyOnce.                                                  *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: the position alone.
NoSessions(s) == [machine[s] EXCEPT !.sessions = {}]

\* Where to look: one other server.
Guide ==
  \A m \in msgs : /\ m.type \in {"1b", "2b"} => m.from = s3
                  /\ m.type = "2a" => m.val # Noop
=============================================================================
