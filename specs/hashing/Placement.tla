----------------------------- MODULE Placement ------------------------------
(***************************************************************************)
(* The problem that consistent hashing is there to solve: nodes come and   *)
(* go, each key belongs to as many nodes as there are to be copies of it,  *)
(* and only what must move does.                                           *)
(*                                                                         *)
(* Who comes gets keys, and nobody else gets any; who goes gives keys      *)
(* away, and nobody else does.                                             *)
(*                                                                         *)
(* Source: D. Karger et al., "Consistent hashing and random trees", STOC   *)
(*   1997, pp. 654-663, section 4 (monotonicity).                          *)
(***************************************************************************)
EXTENDS Ring

CONSTANTS
  Node,       \* those who may take part
  Key,        \* the keys
  Places,     \* the ring: a sequence of nodes
  Home,       \* the place of each key
  Copies      \* to how many nodes a key belongs

ASSUME /\ Places \in Seq(Node) /\ \A n \in Node : \E i \in 1..Len(Places) : Places[i] = n
       /\ Home \in [Key -> 1..Len(Places)]
       /\ Copies \in Nat \ {0} /\ Copies =< Cardinality(Node)

VARIABLE members   \* those who take part

TypeOK == members \subseteq Node /\ Cardinality(members) >= Copies

\* To whom the key k belongs.
Belongs(k) == Owners(Places, Home[k], Copies, members)

Init == members \in {s \in SUBSET Node : Cardinality(s) >= Copies}

\* Node n comes.
Join(n) == n \notin members /\ members' = members \cup {n}

\* Node n goes.
Leave(n) ==
  /\ n \in members /\ Cardinality(members) > Copies
  /\ members' = members \ {n}

Next == \E n \in Node : Join(n) \/ Leave(n)

Spec == Init /\ [][Next]_members

\* Without it a key would have fewer copies than it should, or more.
RightNumber == \A k \in Key : Cardinality(Belongs(k)) = Copies

\* Without it data would move between nodes that neither come nor go.
OnlyWhatMust ==
  [][\A k \in Key : /\ Belongs(k)' \ Belongs(k) # {} =>
                         \/ Belongs(k)' \ Belongs(k) = members' \ members
                         \/ Belongs(k) \ Belongs(k)' = members \ members'
                    /\ Cardinality(Belongs(k)' \ Belongs(k)) =< 1]_members

THEOREM Spec => [](TypeOK /\ RightNumber) /\ OnlyWhatMust
=============================================================================
