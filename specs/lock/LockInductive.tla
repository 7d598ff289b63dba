---------------------------- MODULE LockInductive ----------------------------
(***************************************************************************)
(* Why fencing tokens are safe: an invariant that every action keeps.      *)
(* Prove it with: tlapair prove LockInductive.tla                          *)
(*                                                                         *)
(* The argument follows a token.  The service counts: no number is granted *)
(* twice.  A client has a token only from a grant to it, and a write or a  *)
(* release carries only a token that was granted.  The store looks only at *)
(* numbers, and lets them through in order.  No line of this speaks of who *)
(* believes to hold the lock: that is why clocks do not matter.            *)
(***************************************************************************)
EXTENDS Lock, FiniteSets, SequencesExt

\* TypeOK, with a longest journal: each token is in it once.
Typed ==
  /\ issued  \in Token \cup {0}
  /\ holder  \in Client \cup {None}
  /\ state   \in [Client -> {"idle", "waiting", "holding"}]
  /\ token   \in [Client -> Token \cup {0}]
  /\ highest \in Token \cup {0}
  /\ journal \in BoundedSeq(Token, Cardinality(Token))
  /\ msgs    \in SUBSET Message

WasGranted(t) == \E m \in Granted : m.token = t

\* What a client has as its token, it was granted; who holds, has one.
TokensAreGranted ==
  \A c \in Client :
    /\ token[c] # 0 =>
         Sent([type |-> "Granted", client |-> c, token |-> token[c]])
    /\ state[c] = "holding" => token[c] # 0

\* No write is under way, and no release, that has no grant.
OnlyGrantedIsSent ==
  \A m \in msgs : m.type \in {"Write", "Release"} => WasGranted(m.token)

\* The store has seen only what was granted.
OnlyGrantedIsStored ==
  /\ \A i \in 1..Len(journal) : WasGranted(journal[i])
  /\ highest =< issued

IndInv ==
  /\ Typed
  /\ OneGrantPerToken
  /\ IssuedIsHighest
  /\ FenceIsJournal
  /\ InOrder
  /\ TokensAreGranted
  /\ OnlyGrantedIsSent
  /\ OnlyGrantedIsStored
=============================================================================
