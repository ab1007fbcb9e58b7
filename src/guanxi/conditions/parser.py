"""From text to a checked tree: recursive descent, one function a rule of the grammar in docs/conditions.md.

Fields and values are checked where they stand, so that every error points at its place.
"""

from collections.abc import Callable

from guanxi.conditions.check import (
    coerce_count,
    coerce_near,
    find_area,
    find_field,
    find_relation,
    measure,
    require_day,
    require_places,
)
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.leaf_parser import OPERATORS, LeafParser
from guanxi.conditions.lexer import RESERVED, Kind, Token, tokens_of
from guanxi.conditions.schema import AREA_KINDS, Field, Limits, Relation, Schema
from guanxi.conditions.tree import (
    EVERYTHING,
    NOTHING,
    And,
    Condition,
    Counted,
    InArea,
    Near,
    Not,
    Or,
    Quantifier,
    Related,
    Span,
)

_CONSTANTS: dict[str, Condition] = {"everything": EVERYTHING, "nothing": NOTHING}
_QUANTIFIERS = {quantifier.value: quantifier for quantifier in Quantifier} | {"no": Quantifier.NONE}
_AFTER_RELATION = frozenset({"where", "count"})


def parse(text: str, schema: Schema, limits: Limits = Limits()) -> Condition:  # noqa: B008 - frozen
    """Read and check a condition. Raises ConditionError, with the position of what is wrong."""
    if len(text) > limits.characters:
        parameters = {"found": len(text), "limit": limits.characters}
        raise ConditionError("too_long", limits.characters, parameters=parameters)
    if not text.strip():
        raise ConditionError("empty_text", 0, ("a condition",))
    condition = ConditionParser(tokens_of(text), schema, limits).read()
    measure(condition, limits)
    return condition


class ConditionParser(LeafParser):
    """Reads what a condition is put together from; `schema` is that of the records spoken of."""

    def __init__(self, tokens: list[Token], schema: Schema, limits: Limits) -> None:
        super().__init__(tokens, limits)
        self.schema = schema
        self.nesting = 0
        self.around: list[Schema] = []
        self.unbracketed: Relation | None = None

    def read(self) -> Condition:
        condition = self.disjunction()
        if self.token.kind is not Kind.END:
            self.fail("and", "or", "the end")
        return condition

    def disjunction(self) -> Condition:
        parts = self.chain("or", lambda: self.chain_of(self.chain("and", self.unary), And))
        return self.chain_of(parts, Or)

    def chain(self, word: str, part: Callable[[], Condition]) -> list[Condition]:
        parts = [part()]
        while self.accept(word):
            parts.append(part())
        return parts

    @staticmethod
    def chain_of(parts: list[Condition], kind: type[And] | type[Or]) -> Condition:
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def unary(self) -> Condition:
        if self.accept("not"):
            return Not(self.nested(self.unary))
        if self.accept("("):
            condition = self.nested(self.disjunction)
            self.expect(")")
            return condition
        constant = _CONSTANTS.get(self.token.word)
        if constant is not None:
            self.index += 1
            return constant
        return self.test()

    def nested(self, rule: Callable[[], Condition]) -> Condition:
        self.nesting += 1
        if self.nesting > self.limits.depth:
            position = self.token.position
            raise ConditionError("too_deep", position, parameters={"limit": self.limits.depth})
        condition = rule()
        self.nesting -= 1
        return condition

    def test(self) -> Condition:
        quantifier = self.quantifier()
        if quantifier is not None:
            return self.related(quantifier)
        if self.accept("within"):
            return self.near()
        if self.token.word == "in" and self.following.word in {*AREA_KINDS, *self.schema.areas}:
            return self.in_area()
        if self.token.kind in {Kind.NAME, Kind.QUOTED} and self.following.word in _AFTER_RELATION:
            return self.counted()
        position = self.token.position
        return self.field_test(self.field(), position)

    def field(self) -> Field:
        token = self.token
        if token.kind is Kind.QUOTED or (token.kind is Kind.NAME and token.word not in RESERVED):
            self.require_brackets(token)
            self.index += 1
            return find_field(self.schema, token.text, token.position)
        return self.fail("a field", "'not'", "'('")

    def require_brackets(self, token: Token) -> None:
        """Say what is missing in `any orders where total > 5 and state = "done"`."""
        relation = self.unbracketed
        if relation is None or token.text in self.schema.fields or token.text not in relation.schema().fields:
            return
        parameters = {"field": token.text, "relation": relation.name}
        raise ConditionError("needs_brackets", token.position, ("'('",), parameters)

    def quantifier(self) -> Quantifier | None:
        """The quantifier that comes next, before a name; `no` only before related records."""
        named = self.following.kind in {Kind.NAME, Kind.QUOTED}
        if not named or (self.token.word == "no" and self.following.text not in self.schema.relations):
            return None
        return _QUANTIFIERS.get(self.token.word)

    def related(self, quantifier: Quantifier) -> Condition:
        self.index += 1
        relation = self.relation()
        where = self.where(relation)
        return Related(quantifier, relation.name, where, self.span_of(relation))

    def counted(self) -> Condition:
        relation = self.relation()
        where = self.where(relation)
        self.expect("count")
        operator = OPERATORS.get(self.token.word)
        if operator is None:
            self.fail(*OPERATORS)
        self.index += 1
        token = self.token
        if token.kind is not Kind.NUMBER or "." in token.text:
            self.fail("a whole number")
        count = coerce_count(int(self.take().text), token.position)
        return Counted(relation.name, operator, count, where, self.span_of(relation))

    def relation(self) -> Relation:
        token = self.token
        if token.kind not in {Kind.NAME, Kind.QUOTED}:
            self.fail(*(self.schema.relations or ("a field",)))
        self.index += 1
        return find_relation(self.schema, token.text, token.position)

    def where(self, relation: Relation) -> Condition:
        """What is asked of the related records: one test, or several in brackets."""
        if not self.accept("where"):
            return EVERYTHING
        self.around.append(self.schema)
        self.schema = relation.schema()
        bracketed = self.token.word == "("
        condition = self.nested(self.unary)
        self.schema = self.around.pop()
        self.unbracketed = None if bracketed else relation
        return condition

    def span_of(self, relation: Relation) -> Span | None:
        """`in last 12 months`, of records that have a day; after others it belongs to what stands around them."""
        if self.token.word != "in" or self.following.word not in {"last", "next", "this"}:
            return None
        if not relation.day and self.around:
            return None
        self.index += 1
        position = self.token.position
        return require_day(relation, self.span(), position)

    def near(self) -> Condition:
        position = self.token.position
        require_places(self.schema, position)
        metres = self.metres()
        self.expect("of")
        latitude = self.number()
        self.expect(",")
        return coerce_near(Near(latitude, self.number(), metres), position)

    def in_area(self) -> Condition:
        self.index += 1
        kind = self.take().word
        token = self.token
        if token.kind is not Kind.TEXT:
            self.fail("a text in quotes")
        self.index += 1
        find_area(self.schema, kind, token.text, token.position)
        return InArea(kind, token.text)
