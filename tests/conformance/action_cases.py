"""Small specs with their exact initial states, steps and counts.

States are written as the values of the variables, in order of declaration. A step is `Action(args) -> state`; instead
of what follows, an error: its code and words of its message. `counts` are TLC's states generated and distinct.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One spec. `steps` maps a state to its steps, in order, repeats included."""

    name: str
    text: str
    initial: tuple[str, ...] = ()
    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: tuple[int, int] | None = None
    init: tuple[str, ...] = ("Init",)
    constants: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)


ASSIGNMENT = [
    Case(
        "assign_in_order",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 5
        Next == /\ y' = x
                /\ x' = y
        """,
        ("0, 5",),
        {"0, 5": ("Next -> 5, 0",)},
        (3, 2),
    ),
    Case(
        "assign_then_test",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' = x + 1 /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1",), "1": ()},
        (2, 2),
    ),
    Case(
        "assign_in_then_test_in",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' \in {3, 1, 2} /\ x' \in {2, 3, 4} /\ x' # 3
        """,
        ("0",),
        {"0": ("Next -> 2",), "7": ("Next -> 2",)},
        (3, 2),
    ),
    Case(
        "test_in_then_assign",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' \in 1..2 /\ y' = x' /\ x' + y' > 2
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 2, 2",)},
        (3, 2),
    ),
    Case(
        "assign_in_empty_set",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' \in {} /\ y' = 1
        """,
        ("0, 0",),
        {"0, 0": ()},
        (1, 1),
    ),
    Case(
        "only_a_variable_on_the_left_is_assigned",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' = 1 /\ 1 = x'
        """,
        ("0",),
        {"0": ("Next -> 1",)},
        (3, 2),
    ),
    Case(
        "read_before_assignment",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == y' = x' + 1 /\ x' = 1
        """,
        ("0, 0",),
        {"0, 0": ("E007 x'",)},
    ),
    Case(
        "value_on_the_left",
        r"""
        VARIABLE x
        Init == x = 0
        Next == 1 = x'
        """,
        ("0",),
        {"0": ("E007 x'",)},
    ),
    Case(
        "primed_expression_on_the_left",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (x + y)' = 3 /\ x' = 1 /\ y' = 2
        """,
        ("0, 0",),
        {"0, 0": ("E007 x'",)},
    ),
    Case(
        "variable_without_next_value",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Forget == x' = 1
        Next == Forget \/ (x' = 2 /\ y' = 2)
        """,
        ("0, 0",),
        {"0, 0": ("E008 y Forget",)},
    ),
    Case(
        "steps_before_the_one_that_forgets",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Both == x' = 2 /\ y' = 2
        Forget == y' = 1
        Next == Both \/ Forget
        """,
        ("0, 0",),
        {"0, 0": ("Both -> 2, 2", "E008 x Forget")},
    ),
    Case(
        "forgotten_on_one_branch_only",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' = 1 /\ IF x = 0 THEN y' = 1 ELSE TRUE
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1",), "1, 1": ("E008 y Next",)},
    ),
    Case(
        "two_forgotten",
        r"""
        VARIABLES x, y, z
        Init == x = 0 /\ y = 0 /\ z = 0
        Next == y' = 1
        """,
        ("0, 0, 0",),
        {"0, 0, 0": ("E008 x, z Next",)},
    ),
    Case(
        "next_is_no_formula",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' = 1 /\ x
        """,
        ("0",),
        {"0": ("E009 0",)},
    ),
    Case(
        "a_guard_that_fails_stops_before_an_error",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x > 0 /\ x' = 1 \div 0
        """,
        ("0",),
        {"0": (), "1": ("E014",)},
        (1, 1),
    ),
    Case(
        "assignment_by_subset",
        r"""
        VARIABLE s
        Init == s = {}
        Next == s' \in SUBSET {1, 2} /\ s' # s
        """,
        ("{}",),
        {"{1}": ("Next -> {}", "Next -> {2}", "Next -> {1, 2}")},
        (13, 4),
    ),
    Case(
        "assignment_of_a_part_of_a_set",
        r"""
        VARIABLE s
        Init == s = {1}
        Next == s' \subseteq {1, 2} /\ s' \subseteq {2, 3}
        """,
        ("{1}",),
        {"{1}": ("Next -> {}", "Next -> {2}")},
        (7, 3),
    ),
    Case(
        "values_in_a_state_are_whole",
        r"""
        VARIABLES x, y
        Init == x = 1..3 /\ y = SUBSET {1}
        Next == x' = x \ {1} /\ y' = [{1} -> x]
        """,
        ("{1, 2, 3}, {{}, {1}}",),
        {"{1, 2, 3}, {{}, {1}}": ("Next -> {2, 3}, {<<1>>, <<2>>, <<3>>}",)},
        (4, 3),
    ),
    Case(
        "infinite_set_in_a_state",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' \in Nat
        """,
        ("0",),
        {"0": ("E002 Nat",)},
    ),
    Case(
        "recursive_function_in_a_state",
        r"""
        VARIABLE x
        Init == x = <<>>
        Next == LET f[n \in 1..3] == IF n = 1 THEN 1 ELSE n * f[n - 1] IN x' = f
        """,
        ("<<>>",),
        {"<<>>": ("Next -> <<1, 2, 6>>",)},
        (3, 2),
    ),
    Case(
        "endless_function_in_a_state",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' = [n \in Nat |-> n]
        """,
        ("0",),
        {"0": ("E002 Nat",)},
    ),
]

BRANCHES = [
    Case(
        "disjuncts_are_subactions",
        r"""
        VARIABLE x
        Init == x = 0
        Up == x < 2 /\ x' = x + 1
        Down == x > 0 /\ x' = x - 1
        Next == Up \/ Down
        """,
        ("0",),
        {"0": ("Up -> 1",), "1": ("Up -> 2", "Down -> 0"), "2": ("Down -> 1",)},
        (5, 3),
    ),
    Case(
        "same_step_twice",
        r"""
        VARIABLE x
        Init == x = 0
        A == x' = 1
        B == x' = 1
        Next == A \/ B \/ A
        """,
        ("0",),
        {"0": ("A -> 1", "B -> 1", "A -> 1")},
        (7, 2),
    ),
    Case(
        "disjunction_in_a_guard_counts",
        r"""
        VARIABLE x
        Init == x = 0
        Next == (x >= 0 \/ x = 0 \/ x < 0) /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1", "Next -> 1")},
        (4, 2),
    ),
    Case(
        "witnesses_in_a_guard_count",
        r"""
        VARIABLE x
        Init == x = 0
        Next == (\E i \in 1..3 : i > 1) /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1", "Next -> 1")},
        (5, 2),
    ),
    Case(
        "no_witness_counts_after_the_last_assignment",
        r"""
        VARIABLE x
        Init == x = 0
        Next == x' = 1 /\ (\E i \in 1..3 : i > 1) /\ (x = 0 \/ x' = 1)
        """,
        ("0",),
        {"0": ("Next -> 1",)},
        (3, 2),
    ),
    Case(
        "witnesses_count_while_one_variable_is_open",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' = 1 /\ (\E i \in 1..3 : i > 1) /\ y' = 1 /\ (x = 0 \/ x' = 1)
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 1, 1")},
        (5, 2),
    ),
    Case(
        "a_guard_in_a_definition_counts_too",
        r"""
        VARIABLE x
        Init == x = 0
        Busy == x = 0 \/ x # 9
        Next == Busy /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1", "Next -> 1")},
        (4, 2),
    ),
    Case(
        "implication_and_negation_do_not_branch",
        r"""
        VARIABLE x
        Init == x = 0
        Next == (x = 5 => x = 1 \/ x = 0) /\ ~(x = 1 /\ x = 2) /\ (TRUE <=> (x = 0 \/ x = 1)) /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1",)},
        (3, 2),
    ),
    Case(
        "a_true_implication_branches_on_its_right",
        r"""
        VARIABLE x
        Init == x = 0
        Next == (x = 0 => (x >= 0 \/ x <= 0)) /\ x' = 1
        """,
        ("0",),
        {"0": ("Next -> 1", "Next -> 1")},
        (4, 2),
    ),
    Case(
        "exists_binds_parameters",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Set(a, b) == x' = a /\ y' = b
        Next == \E a \in 1..2 : \E b \in {5} : Set(a, b)
        """,
        ("0, 0",),
        {"0, 0": ("Set(a=1, b=5) -> 1, 5", "Set(a=2, b=5) -> 2, 5")},
        (7, 3),
    ),
    Case(
        "exists_over_two_names_first_varies_fastest",
        r"""
        VARIABLE x
        Init == x = <<>>
        Next == \E a \in 1..2, b \in 3..4 : x' = <<a, b>>
        """,
        ("<<>>",),
        {
            "<<>>": (
                "Next(a=1, b=3) -> <<1, 3>>",
                "Next(a=2, b=3) -> <<2, 3>>",
                "Next(a=1, b=4) -> <<1, 4>>",
                "Next(a=2, b=4) -> <<2, 4>>",
            )
        },
        (21, 5),
    ),
    Case(
        "exists_over_tuples",
        r"""
        VARIABLE x
        Init == x = 0
        Next == \E <<a, b>> \in {<<1, 2>>, <<3, 4>>} : x' = a + b
        """,
        ("0",),
        {"0": ("Next(a=1, b=2) -> 3", "Next(a=3, b=4) -> 7")},
        (7, 3),
    ),
    Case(
        "exists_over_the_state",
        r"""
        VARIABLE s
        Init == s = {1, 2}
        Take(e) == s' = s \ {e}
        Next == \E e \in s : Take(e)
        """,
        ("{1, 2}",),
        {"{1, 2}": ("Take(e=1) -> {2}", "Take(e=2) -> {1}"), "{}": ()},
        (5, 4),
    ),
    Case(
        "parameters_renamed_by_a_call",
        r"""
        VARIABLE x
        Init == x = 0
        Add(n) == x' = n
        Next == \E i \in {1, 2} : Add(i + 10)
        """,
        ("0",),
        {"0": ("Add(i=1, n=11) -> 11", "Add(i=2, n=12) -> 12")},
        (7, 3),
    ),
    Case(
        "nested_disjunctions",
        r"""
        VARIABLE x
        Init == x = 0
        A == x' = 1
        B(n) == x' = n
        Some == A \/ \E k \in {2, 3} : B(k)
        Next == Some \/ x' = 4
        """,
        ("0",),
        {"0": ("A -> 1", "B(n=2) -> 2", "B(n=3) -> 3", "Next -> 4")},
        (21, 5),
    ),
    Case(
        "if_in_an_action",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == IF x = 0 THEN x' = 1 /\ y' \in {1, 2} ELSE UNCHANGED <<x, y>>
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 1, 2"), "1, 1": ("Next -> 1, 1",)},
        (5, 3),
    ),
    Case(
        "if_with_a_primed_condition",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' \in {1, 2} /\ IF x' = 1 THEN y' = 10 ELSE y' = 20
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 10", "Next -> 2, 20")},
        (7, 3),
    ),
    Case(
        "case_in_an_action",
        r"""
        VARIABLE x
        Init == x = 0
        Next == CASE x = 0 -> x' = 1 \/ x' = 2
                  [] x >= 0 /\ x < 2 -> x' = 9
                  [] OTHER -> UNCHANGED x
        """,
        ("0",),
        {"0": ("Next -> 1", "Next -> 2"), "1": ("Next -> 9",), "2": ("Next -> 2",)},
        (6, 4),
    ),
    Case(
        "case_without_a_true_arm",
        r"""
        VARIABLE x
        Init == x = 0
        Next == CASE x = 0 -> x' = 1 [] x = 2 -> x' = 3
        """,
        ("0",),
        {"0": ("Next -> 1",), "1": ("E006",)},
    ),
    Case(
        "let_in_an_action",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == LET n == x + 1
                    Move(k) == y' = k
                IN n < 3 /\ x' = n /\ (Move(n) \/ Move(n * 10))
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 1, 10"), "2, 1": ()},
        (7, 5),
    ),
    Case(
        "let_names_a_primed_value",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == LET n == x' + 1 IN x' \in 1..2 /\ y' = n
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 2", "Next -> 2, 3")},
        (7, 3),
    ),
    Case(
        "for_all_over_an_action",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == /\ \A i \in {1, 2} : (i = 1 => x' = 7) /\ (i = 2 => y' \in {8, 9})
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 7, 8", "Next -> 7, 9")},
        (7, 3),
    ),
    Case(
        "for_all_that_assigns_the_same",
        r"""
        VARIABLE x
        Init == x = 0
        Next == \A i \in 1..3 : x' = 5 /\ x < 9
        """,
        ("0",),
        {"0": ("Next -> 5",)},
        (3, 2),
    ),
    Case(
        "for_all_that_contradicts_itself",
        r"""
        VARIABLE x
        Init == x = 0
        Next == \A i \in 1..3 : x' = i
        """,
        ("0",),
        {"0": ()},
        (1, 1),
    ),
    Case(
        "for_all_over_nothing",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\A i \in 1..x : y' = i) /\ x' = 1 /\ y' = 4
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 4",), "1, 4": (), "1, 1": ()},
        (2, 2),
    ),
    Case(
        "for_all_over_nothing_forgets",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\A i \in 1..x : y' = i) /\ x' = 1
        """,
        ("0, 0",),
        {"0, 0": ("E008 y Next",), "1, 0": ("Next -> 1, 1",)},
    ),
    Case(
        "guard_over_all_elements",
        r"""
        VARIABLE x
        Init == x = 0
        Next == (\A i \in {1, 2} : x < i) /\ x' = x + 1
        """,
        ("0",),
        {"0": ("Next -> 1",), "1": ()},
        (2, 2),
    ),
]

UNCHANGING = [
    Case(
        "unchanged_in_all_forms",
        r"""
        VARIABLES x, y, z
        vars == <<x, y>>
        all == <<vars, z>>
        Init == x = 0 /\ y = 0 /\ z = 0
        A == x' = 1 /\ UNCHANGED <<y, z>>
        B == UNCHANGED vars /\ z' = 1
        C == UNCHANGED all
        D == UNCHANGED <<vars, <<z>>>>
        E == x' = 2 /\ UNCHANGED y /\ UNCHANGED z
        Next == A \/ B \/ C \/ D \/ E
        """,
        ("0, 0, 0",),
        {
            "0, 0, 0": (
                "A -> 1, 0, 0",
                "B -> 0, 0, 1",
                "C -> 0, 0, 0",
                "D -> 0, 0, 0",
                "E -> 2, 0, 0",
            )
        },
        (31, 6),
    ),
    Case(
        "unchanged_tests_what_has_a_value",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' \in {0, 1} /\ UNCHANGED <<x, y>>
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 0, 0",)},
        (2, 1),
    ),
    Case(
        "unchanged_then_assigned_again",
        r"""
        VARIABLE x
        Init == x = 0
        Next == UNCHANGED x /\ x' \in {0, 5}
        """,
        ("0",),
        {"0": ("Next -> 0",), "3": ()},
        (2, 1),
    ),
    Case(
        "unchanged_of_an_expression",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 3
        Next == x' \in 0..3 /\ y' \in 0..3 /\ UNCHANGED (x + y)
        """,
        ("0, 3",),
        {"0, 3": ("Next -> 0, 3", "Next -> 1, 2", "Next -> 2, 1", "Next -> 3, 0")},
        (17, 4),
    ),
    Case(
        "stuttering_allowed",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Up == x < 1 /\ x' = x + 1 /\ y' = y
        Next == [Up]_<<x, y>>
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 0", "Next -> 0, 0"), "1, 0": ("Next -> 1, 0",)},
        (4, 2),
    ),
    Case(
        "stuttering_forbidden",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == <<x' \in {0, 1} /\ y' = y>>_<<x, y>>
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 0",), "1, 0": ("Next -> 0, 0",)},
        (3, 2),
    ),
    Case(
        "angle_with_a_definition_as_subscript",
        r"""
        VARIABLES x, y
        sum == x + y
        Init == x = 1 /\ y = 1
        Next == <<x' \in 0..2 /\ y' \in 1..2>>_sum
        """,
        ("1, 1",),
        {"1, 1": ("Next -> 0, 1", "Next -> 1, 2", "Next -> 2, 1", "Next -> 2, 2")},
        (27, 6),
    ),
    Case(
        "boxed_disjunct",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == \/ [x' = 1]_x /\ y' = 1
                \/ x = 1 /\ UNCHANGED <<x, y>>
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 0, 1"), "1, 1": ("Next -> 1, 1", "Next -> 1, 1", "Next -> 1, 1")},
        (8, 3),
    ),
]

OPERATORS = [
    Case(
        "an_operator_that_assigns_its_argument",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Set(v, e) == v' = e
        Keep(v) == UNCHANGED v
        Next == \/ Set(x, y + 1) /\ Set(y, x)
                \/ Keep(x) /\ Set(y, 7)
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 0", "Next -> 0, 7")},
    ),
    Case(
        "an_operator_whose_argument_is_an_action",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        And(A, B) == A /\ B
        Guarded(P, A) == P /\ A
        Next == And(x' = 1, Guarded(x = 0, y' \in {1, 2}))
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 1, 2"), "1, 1": ()},
        (3, 3),
    ),
    Case(
        "an_operator_that_takes_an_action_operator",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Apply(Op(_), e) == Op(e)
        SetX(e) == x' = e
        Next == Apply(SetX, 3) /\ Apply(LAMBDA e : y' = e + 1, x')
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 3, 4",)},
        (3, 2),
    ),
    Case(
        "a_recursive_operator_in_a_guard",
        r"""
        VARIABLE x
        Init == x = 0
        RECURSIVE Even(_)
        Even(n) == IF n = 0 THEN TRUE ELSE ~Even(n - 1)
        Next == Even(x) /\ x' = x + 1
        """,
        ("0",),
        {"0": ("Next -> 1",), "1": ()},
        (2, 2),
    ),
    Case(
        "a_recursive_operator_of_the_next_state",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        RECURSIVE Sum(_)
        Sum(n) == IF n = 0 THEN 0 ELSE n + Sum(n - 1)
        Next == x' \in 1..3 /\ y' = Sum(x')
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1", "Next -> 2, 3", "Next -> 3, 6")},
        (13, 4),
    ),
    Case(
        "primes_reach_variables_through_definitions",
        r"""
        VARIABLES x, f
        double == 2 * x
        At(i) == f[i]
        Init == x = 1 /\ f = <<10, 20>>
        Next == /\ x' = 2
                /\ f' = [f EXCEPT ![x] = double', ![2] = @ + double]
                /\ At(x)' = 22
                /\ f'[x] = 4
                /\ f[x]' = 22
                /\ At(1)' = 4
        """,
        ("1, <<10, 20>>",),
        {"1, <<10, 20>>": ("Next -> 2, <<4, 22>>",)},
        (2, 2),
    ),
    Case(
        "prime_of_a_bound_name_and_a_constant",
        r"""
        VARIABLE x
        Init == x = 0
        Next == \E i \in 1..2 : x' = i' + 10'
        """,
        ("0",),
        {"0": ("Next(i=1) -> 11", "Next(i=2) -> 12")},
        (7, 3),
    ),
    Case(
        "prime_of_a_quantified_formula",
        r"""
        VARIABLES x, y
        Init == x = {1} /\ y = 1
        Bound == \A e \in x : e <= y
        Next == x' \in {{1, 2}, {3}} /\ y' \in {1, 2, 3} /\ Bound'
        """,
        ("{1}, 1",),
        {"{1}, 1": ("Next -> {3}, 3", "Next -> {1, 2}, 2", "Next -> {1, 2}, 3")},
        (13, 4),
    ),
    Case(
        "argument_of_a_primed_operator",
        r"""
        VARIABLES x, y
        Init == x = 1 /\ y = 5
        Plus(a) == a + y
        Next == y' = 7 /\ x' = 3 /\ Plus(x)' = 10 /\ (Plus(1))' = 8
        """,
        ("1, 5",),
        {"1, 5": ("Next -> 3, 7",)},
        (3, 2),
    ),
    Case(
        "choose_and_sets_of_primed_values",
        r"""
        VARIABLES x, y
        Init == x = {2, 3} /\ y = 0
        Next == x' = {e + 1 : e \in x} /\ y' = (CHOOSE e \in x' : e > y) /\ y < 4
        """,
        ("{2, 3}, 0",),
        {"{2, 3}, 0": ("Next -> {3, 4}, 3",)},
        (3, 3),
    ),
]

INITIAL = [
    Case(
        "init_in_order",
        r"""
        VARIABLES x, y
        Init == x \in {2, 1} /\ y \in {x, 5}
        Next == FALSE /\ x' = x
        """,
        ("1, 1", "1, 5", "2, 2", "2, 5"),
        {},
        (4, 4),
    ),
    Case(
        "init_depends_on_what_stands_before",
        r"""
        VARIABLES x, y
        Init == y = 3 /\ x = y + 1
        Next == FALSE /\ x' = x
        """,
        ("4, 3",),
        {},
        (1, 1),
    ),
    Case(
        "init_reads_too_early",
        r"""
        VARIABLES x, y
        Init == x = y + 1 /\ y = 3
        Next == FALSE /\ x' = x
        """,
        ("E007 y",),
    ),
    Case(
        "init_tests_after_assigning",
        r"""
        VARIABLES x, y
        Init == x \in 1..4 /\ x > 2 /\ y = x /\ x \in {1, 3} /\ y = 3
        Next == FALSE /\ x' = x
        """,
        ("3, 3",),
        {},
        (1, 1),
    ),
    Case(
        "init_by_exists_and_disjunction",
        r"""
        VARIABLES x, y
        Init == (\E i \in {1, 2} : x = i /\ y = 10 * i) \/ (x = 1 /\ y = 10) \/ (x = 3 /\ y = 0)
        Next == FALSE /\ x' = x
        """,
        ("1, 10", "2, 20", "1, 10", "3, 0"),
        {},
        (4, 3),
    ),
    Case(
        "init_repeats_count",
        r"""
        VARIABLE x
        Init == (1 = 1 \/ 2 = 2) /\ x = 0
        Next == x' = x
        """,
        ("0", "0"),
        {},
        (3, 1),
    ),
    Case(
        "init_forgets",
        r"""
        VARIABLES x, y
        Init == x = 0
        Next == FALSE /\ x' = x
        """,
        ("E008 y",),
    ),
    Case(
        "init_over_functions",
        r"""
        VARIABLE f
        Init == f \in [{1, 2} -> {"a", "b"}]
        Next == FALSE /\ f' = f
        """,
        ('<<"a", "a">>', '<<"a", "b">>', '<<"b", "a">>', '<<"b", "b">>'),
        {},
        (4, 4),
    ),
    Case(
        "init_over_records",
        r"""
        VARIABLE r
        Init == r \in [n : 0..1, b : BOOLEAN] /\ (r.b => r.n = 1)
        Next == FALSE /\ r' = r
        """,
        ("[n |-> 0, b |-> FALSE]", "[n |-> 1, b |-> FALSE]", "[n |-> 1, b |-> TRUE]"),
        {},
        (3, 3),
    ),
    Case(
        "init_with_if_let_and_definitions",
        r"""
        VARIABLES x, y
        Two(v) == v \in {1, 2}
        Init == LET base == 10 IN /\ Two(x)
                                  /\ IF x = 1 THEN y = base ELSE y \in {base + 1, base + 2}
        Next == FALSE /\ x' = x
        """,
        ("1, 10", "2, 11", "2, 12"),
        {},
        (3, 3),
    ),
    Case(
        "init_from_several_formulas",
        r"""
        VARIABLES x, y
        First == x \in 1..2
        Second == y = x * x
        Next == FALSE /\ x' = x
        """,
        ("1, 1", "2, 4"),
        {},
        (2, 2),
        ("First", "Second"),
    ),
    Case(
        "init_nothing_found",
        r"""
        VARIABLE x
        Init == x \in 1..3 /\ x > 5
        Next == x' = x
        """,
        (),
        {},
        (0, 0),
    ),
    Case(
        "init_no_branches_after_the_last_assignment",
        r"""
        VARIABLE x
        Init == x \in {1, 2} /\ (x = 1 \/ x < 2 \/ x = 2) /\ \E i \in 1..3 : i > 0
        Next == FALSE /\ x' = x
        """,
        ("1", "2"),
        {},
        (2, 2),
    ),
    Case(
        "init_for_all",
        r"""
        VARIABLES x, y
        Init == \A i \in {1, 2} : IF i = 1 THEN x = 4 ELSE y \in {x, 5}
        Next == FALSE /\ x' = x
        """,
        ("4, 4", "4, 5"),
        {},
        (2, 2),
    ),
]

ENABLING = [
    Case(
        "enabled_in_a_guard",
        r"""
        VARIABLE x
        Init == x = 0
        Up == x < 2 /\ x' = x + 1
        Next == Up \/ (~ENABLED Up /\ x' = 0)
        """,
        ("0",),
        {"0": ("Up -> 1",), "2": ("Next -> 0",)},
        (4, 3),
    ),
    Case(
        "enabled_with_a_witness",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (ENABLED \E i \in 1..3 : x' = i /\ i > y) /\ y' = y + 1 /\ x' = x
        """,
        ("0, 0",),
        {"0, 2": ("Next -> 0, 3",), "0, 3": ()},
        (4, 4),
    ),
    Case(
        "enabled_of_the_next_state",
        r"""
        VARIABLE x
        Init == x = 0
        Up == x < 2 /\ x' = x + 1
        Next == x' \in 0..3 /\ (ENABLED Up)' /\ x' > x
        """,
        ("0",),
        {"0": ("Next -> 1",), "1": ()},
        (2, 2),
    ),
    Case(
        "enabled_is_not_disturbed_by_the_step_being_built",
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' = 1 /\ ENABLED (x' = 5 /\ y' = 6) /\ y' = x'
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 1, 1",)},
        (3, 2),
    ),
    Case(
        "enabled_of_something_impossible",
        r"""
        VARIABLE x
        Init == x = 0
        Next == \/ ENABLED (x' = 1 /\ x' = 2) /\ x' = 8
                \/ ENABLED <<x' = x>>_x /\ x' = 9
                \/ ENABLED [x' = x + 1 /\ FALSE]_x /\ x' = 7
        """,
        ("0",),
        {"0": ("Next -> 7",)},
        (3, 2),
    ),
    Case(
        "enabled_over_a_bound_name",
        r"""
        VARIABLE x
        Init == x = 0
        Move(i) == x < i /\ x' = i
        Next == \E i \in 1..2 : ENABLED Move(i) /\ Move(i)
        """,
        ("0",),
        {"0": ("Next(i=1) -> 1", "Next(i=2) -> 2"), "1": ("Next(i=2) -> 2",)},
        (4, 3),
    ),
]

INSTANCES = [
    Case(
        "instance_substitutes_variables",
        r"""
        VARIABLES a, b
        ---- MODULE Inner ----
        EXTENDS Integers
        CONSTANT Max
        VARIABLES x, y
        Init == x = 0 /\ y = Max
        Move == x < Max /\ x' = x + 1 /\ y' = y - 1
        Next == Move \/ (x = Max /\ UNCHANGED <<x, y>>)
        ====
        I == INSTANCE Inner WITH x <- a, y <- b, Max <- 2
        Init == I!Init
        Next == I!Next
        """,
        ("0, 2",),
        {"0, 2": ("Move -> 1, 1",), "2, 0": ("Next -> 2, 0",)},
        (4, 3),
    ),
    Case(
        "instance_of_an_expression_only_tests",
        r"""
        VARIABLES a, b
        ---- MODULE Inner ----
        EXTENDS Integers
        VARIABLE x
        Up == x' = x + 1
        Same == UNCHANGED x
        ====
        I == INSTANCE Inner WITH x <- a + b
        Init == a = 0 /\ b = 0
        Next == /\ a' \in 0..1
                /\ b' \in 0..1
                /\ I!Up \/ (a = 1 /\ I!Same)
        """,
        ("0, 0",),
        {"0, 0": ("Next -> 0, 1", "Next -> 1, 0"), "1, 0": ("Next -> 0, 1", "Next -> 1, 0", "Next -> 1, 1")},
        (8, 4),
    ),
    Case(
        "instance_with_parameters",
        r"""
        VARIABLE f
        ---- MODULE Cell ----
        EXTENDS Integers
        CONSTANT k
        VARIABLE g
        Bump(n) == g[k] < 2 /\ g' = [g EXCEPT ![k] = @ + n]
        ====
        C(i) == INSTANCE Cell WITH k <- i, g <- f
        Init == f = <<0, 1>>
        Next == \E i \in 1..2 : C(i)!Bump(i)
        """,
        ("<<0, 1>>",),
        {"<<0, 1>>": ("Bump(i=1, n=1) -> <<1, 1>>", "Bump(i=2, n=2) -> <<0, 3>>"), "<<2, 3>>": ()},
        (8, 6),
    ),
    Case(
        "instance_without_a_name",
        r"""
        VARIABLES x, y
        ---- MODULE Steps ----
        EXTENDS Integers
        VARIABLES x, y
        Swap == x' = y /\ y' = x
        ====
        INSTANCE Steps
        Init == x = 1 /\ y = 2
        Next == Swap
        """,
        ("1, 2",),
        {"1, 2": ("Swap -> 2, 1",)},
        (3, 2),
    ),
    Case(
        "instance_of_an_instance",
        r"""
        VARIABLE v
        ---- MODULE Low ----
        EXTENDS Integers
        VARIABLE x
        CONSTANT d
        Step == x' = x + d
        ====
        ---- MODULE Mid ----
        EXTENDS Integers
        VARIABLE z
        CONSTANT e
        L == INSTANCE Low WITH x <- z, d <- 2 * e
        Step == L!Step /\ z < 9
        ====
        M == INSTANCE Mid WITH z <- v, e <- 2
        Init == v = 1
        Next == M!Step \/ (v < 3 /\ M!L!Step)
        """,
        ("1",),
        {"1": ("Step -> 5", "Next -> 5"), "9": ()},
        (4, 3),
    ),
    Case(
        "constants_and_definitions_replaced",
        r"""
        CONSTANTS N, Pick(_)
        VARIABLE x
        Limit == 1
        Init == x = 0
        Next == x < Limit /\ x' = Pick(N)
        Three == 3
        Twice(v) == 2 * v
        """,
        ("0",),
        {"0": ("Next -> 10",), "2": ("Next -> 10",), "3": ()},
        (2, 2),
        ("Init",),
        {"N": "5"},
        {"Pick": "Twice", "Limit": "Three"},
    ),
    Case(
        "constant_replaced_by_a_definition_of_the_state",
        r"""
        CONSTANT Bound
        VARIABLE x
        Init == x = 0
        Next == x < Bound /\ x' = x + 1
        Small == 2
        """,
        ("0",),
        {"1": ("Next -> 2",), "2": ()},
        (3, 3),
        ("Init",),
        {},
        {"Bound": "Small"},
    ),
    Case(
        "model_values_as_parameters",
        r"""
        CONSTANTS p, q
        VARIABLE owner
        Init == owner = p
        Give(n) == owner # n /\ owner' = n
        Next == \E n \in {q, p} : Give(n)
        """,
        ("p",),
        {"p": ("Give(n=q) -> q",), "q": ("Give(n=p) -> p",)},
        (3, 2),
    ),
]

CASES = [*ASSIGNMENT, *BRANCHES, *UNCHANGING, *OPERATORS, *INITIAL, *ENABLING, *INSTANCES]
