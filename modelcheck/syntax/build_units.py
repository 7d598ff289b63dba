"""From reductions of the grammar to nodes: modules, declarations, definitions, theorems. See `build`."""

from __future__ import annotations

from typing import Any

from modelcheck.errors import TlaError
from modelcheck.source import Span
from modelcheck.syntax import nodes as n
from modelcheck.syntax.build import ExpressionBuilder, is_identifier, shortened
from modelcheck.syntax.operators import MINUS, NEGATION, canonical
from modelcheck.syntax.proofs import ProofItem, Step, nest

Head = tuple[str, tuple[n.OpDecl, ...], str, Span]  # name, parameters, fix, place of the name


class Builder(ExpressionBuilder):
    """Makes every node of a module."""

    # ---- modules ----

    def module(self, header: int, name: int, _s: int, extends: list[n.BoundName], units: list[n.Unit],
               _end: int) -> n.Module:  # fmt: skip
        return n.Module(self.from_token(header), self.texts[name], tuple(extends), tuple(units))

    def names_first(self, j: int) -> list[n.BoundName]:
        return [n.BoundName(self.token_span(j), self.texts[j])]

    def names_next(self, names: list[n.BoundName], _: int, j: int) -> list[n.BoundName]:
        names.append(n.BoundName(self.token_span(j), self.texts[j]))
        return names

    def separator(self, j: int) -> n.Separator:
        return n.Separator(self.token_span(j))

    # ---- declarations ----

    def variables(self, j: int, names: list[n.BoundName]) -> n.VariableDecl:
        return n.VariableDecl(self.from_token(j), tuple(names))

    def constants(self, j: int, decls: list[n.OpDecl]) -> n.ConstantDecl:
        return n.ConstantDecl(self.from_token(j), tuple(decls))

    def recursive(self, j: int, decls: list[n.OpDecl]) -> n.Recursive:
        return n.Recursive(self.from_token(j), tuple(decls))

    def decl_name(self, j: int) -> n.OpDecl:
        return n.OpDecl(self.token_span(j), self.texts[j])

    def decl_operator(self, j: int, _o: int, arity: int, _c: int) -> n.OpDecl:
        return n.OpDecl(self.from_token(j), self.texts[j], arity)

    def decl_infix(self, j: int, op: int, _: int) -> n.OpDecl:
        return n.OpDecl(self.from_token(j), canonical(self.texts[op]), 2, "infix")

    def decl_postfix(self, j: int, op: int) -> n.OpDecl:
        return n.OpDecl(self.from_token(j), canonical(self.texts[op]), 1, "postfix")

    def decl_prefix(self, op: int, _: int) -> n.OpDecl:
        return n.OpDecl(self.from_token(op), self.prefix_name(op), 1, "prefix")

    def prefix_name(self, op: int) -> str:
        name = canonical(self.texts[op])
        return NEGATION if name == MINUS else name

    def count_first(self, _: int) -> int:
        return 1

    def count_next(self, count: int, _c: int, _b: int) -> int:
        return count + 1

    # ---- definitions ----

    def head_name(self, j: int) -> Head:
        return self.texts[j], (), "call", self.token_span(j)

    def head_operator(self, j: int, _o: int, params: list[n.OpDecl], _c: int) -> Head:
        return self.texts[j], tuple(params), "call", self.token_span(j)

    def head_infix(self, left: int, op: int, right: int) -> Head:
        params = (self.decl_name_alone(left), self.decl_name_alone(right))
        return canonical(self.texts[op]), params, "infix", self.token_span(op)

    def head_postfix(self, operand: int, op: int) -> Head:
        return canonical(self.texts[op]), (self.decl_name_alone(operand),), "postfix", self.token_span(op)

    def head_prefix(self, op: int, operand: int) -> Head:
        return self.prefix_name(op), (self.decl_name_alone(operand),), "prefix", self.token_span(op)

    def decl_name_alone(self, j: int) -> n.OpDecl:
        return n.OpDecl(self.token_span(j), self.texts[j])

    def op_def(self, mark: int, head: Head, _: int, body: n.Expr, local: bool = False) -> n.OpDef:
        name, params, fix, name_span = head
        return n.OpDef(self.from_token(mark), name, params, body, local, fix, name_span)

    def op_def_local(self, j: int, _d: int, head: Head, _e: int, body: n.Expr) -> n.OpDef:
        return self.op_def(j, head, _e, body, True)

    def fn_def(self, mark: int, j: int, _o: int, chains: list[Any], _c: int, _e: int, body: n.Expr,
               local: bool = False) -> n.FnDef:  # fmt: skip
        bounds = self.bounds(chains, bounded=True)
        return n.FnDef(self.from_token(mark), self.texts[j], bounds, body, local, self.token_span(j))

    def fn_def_local(self, local: int, _d: int, j: int, _o: int, chains: list[Any], _c: int, _e: int,
                     body: n.Expr) -> n.FnDef:  # fmt: skip
        return self.fn_def(local, j, _o, chains, _c, _e, body, True)

    def instance_def(self, mark: int, head: Head, _: int, instance: n.Instance,
                     local: bool = False) -> n.InstanceDef:  # fmt: skip
        name, params, fix, name_span = head
        if fix != "call":
            raise TlaError("P014", f"'{name}' cannot name an instance", name_span, mend="use an identifier")
        return n.InstanceDef(self.from_token(mark), name, params, instance, local, name_span)

    def instance_def_local(self, j: int, _d: int, head: Head, _e: int, instance: n.Instance) -> n.InstanceDef:
        return self.instance_def(j, head, _e, instance, True)

    def instance(self, j: int, name: int, *rest: Any) -> n.Instance:
        return n.Instance(self.from_token(j), self.texts[name], tuple(rest[1]) if rest else ())

    def local(self, j: int, instance: n.Instance) -> n.Instance:
        return n.Instance(self.from_token(j), instance.module, instance.substitutions, True)

    def substitution(self, j: int, _: int, value: n.Expr) -> n.Substitution:
        return n.Substitution(self.from_token(j), canonical(self.texts[j]), value)

    # ---- assumptions and theorems ----

    def assume(self, j: int, body: n.Expr | n.AssumeProve) -> n.Assume:
        return n.Assume(self.from_token(j), self.texts[j], None, body)

    def assume_named(self, j: int, name: int, _: int, body: n.Expr | n.AssumeProve) -> n.Assume:
        return n.Assume(self.from_token(j), self.texts[j], self.texts[name], body)

    def assume_prove(self, j: int, assumptions: list[Any], prove: int, goal: n.Expr) -> n.AssumeProve:
        boxed = self.texts[j].startswith("[]")
        if boxed != self.texts[prove].startswith("[]"):
            raise TlaError("P014", f"'{self.texts[j]}' and '{self.texts[prove]}' do not pair", self.token_span(prove))
        return n.AssumeProve(self.from_token(j), tuple(assumptions), goal, boxed)

    def label_assume(self, value: n.Name | n.Apply, _: int, body: n.AssumeProve) -> n.AssumeProve:
        if not isinstance(value, n.Name) or not is_identifier(value):
            raise TlaError("P017", f"'{shortened(value.span.text)}' before '::' is no label", value.span)
        return n.AssumeProve(self.from_node(value), body.assumptions, body.goal, body.boxed, value.name)

    def new(self, j: int, decl: n.OpDecl, *domain: Any) -> n.NewDecl:
        return self.new_decl(j, "CONSTANT", decl, domain)

    def new_kind(self, kind: int, decl: n.OpDecl, *domain: Any) -> n.NewDecl:
        return self.new_decl(kind, self.texts[kind], decl, domain)

    def new_new_kind(self, j: int, kind: int, decl: n.OpDecl, *domain: Any) -> n.NewDecl:
        return self.new_decl(j, self.texts[kind], decl, domain)

    def new_decl(self, j: int, kind: str, decl: n.OpDecl, domain: tuple[Any, ...]) -> n.NewDecl:
        kind = kind.removesuffix("S")
        if domain:
            if canonical(self.texts[domain[0]]) != "\\in" or kind != "CONSTANT" or decl.arity:
                raise TlaError("P008", f"unexpected '{self.texts[domain[0]]}' after a declaration",
                               self.token_span(domain[0]), mend="a set may follow a constant: NEW x \\in S")
            return n.NewDecl(self.from_token(j), kind, decl, domain[1])
        return n.NewDecl(self.from_token(j), kind, decl)

    def theorem(self, j: int, body: Any, *proof: list[ProofItem]) -> n.Theorem:
        return n.Theorem(self.from_token(j), self.texts[j], None, body, self.nested(proof))

    def theorem_named(self, j: int, name: int, _: int, body: Any, *proof: list[ProofItem]) -> n.Theorem:
        return n.Theorem(self.from_token(j), self.texts[j], self.texts[name], body, self.nested(proof))

    def nested(self, proof: tuple[list[ProofItem], ...]) -> n.Proof | None:
        return nest(proof[0]) if proof else None

    # ---- proofs ----

    def proof_word(self, j: int) -> ProofItem:
        return self.token_span(j)

    def proof_leaf(self, j: int) -> ProofItem:
        return n.ProofLeaf(self.token_span(j), self.texts[j])

    def by(self, j: int, facts: list[Any], *defs: Any, only: bool = False) -> ProofItem:
        return n.ProofLeaf(self.from_token(j), "BY", tuple(facts), tuple(defs[1]) if defs else (), only)

    def by_only(self, j: int, _: int, facts: list[Any], *defs: Any) -> ProofItem:
        return self.by(j, facts, *defs, only=True)

    def use(self, j: int, facts: list[Any], *defs: Any, only: bool = False) -> n.UseHide:
        return n.UseHide(self.from_token(j), self.texts[j], tuple(facts), tuple(defs[1]) if defs else (), only)

    def use_only(self, j: int, _: int, facts: list[Any], *defs: Any) -> n.UseHide:
        return self.use(j, facts, *defs, only=True)

    def module_fact(self, j: int, name: int) -> n.ModuleFact:
        return n.ModuleFact(self.from_token(j), self.texts[name])

    def step(self, j: int, keyword: str, *body: Any) -> ProofItem:
        return Step(self.token_span(j), self.texts[j], keyword, tuple(body), self.end)

    def step_qed(self, j: int, _: int) -> ProofItem:
        return self.step(j, "QED")

    def step_assert(self, j: int, body: Any) -> ProofItem:
        return self.step(j, "ASSERT", body)

    def step_suffices(self, j: int, _: int, body: Any) -> ProofItem:
        return self.step(j, "SUFFICES", body)

    def step_case(self, j: int, _: int, body: n.Expr) -> ProofItem:
        return self.step(j, "CASE", body)

    def step_have(self, j: int, _: int, body: n.Expr) -> ProofItem:
        return self.step(j, "HAVE", body)

    def step_take(self, j: int, _: int, chains: list[Any]) -> ProofItem:
        return self.step(j, "TAKE", *self.bounds(chains))

    def step_pick(self, j: int, _p: int, chains: list[Any], _c: int, body: n.Expr) -> ProofItem:
        return self.step(j, "PICK", *self.bounds(chains), body)

    def step_witness(self, j: int, _: int, exprs: list[n.Expr]) -> ProofItem:
        return self.step(j, "WITNESS", *exprs)

    def step_define(self, j: int, *rest: Any) -> ProofItem:
        for unit in rest[-1]:
            if unit.local:
                raise TlaError("P008", "LOCAL cannot stand in a proof", unit.span, mend="remove LOCAL")
        return self.step(j, "DEFINE", *rest[-1])

    def step_unit(self, j: int, unit: n.UseHide | n.Instance) -> ProofItem:
        return self.step(j, unit.keyword if isinstance(unit, n.UseHide) else "INSTANCE", unit)
