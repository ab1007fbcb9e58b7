"""Going through the tokens of a condition: what comes next, taking it, and saying what should have come."""

from typing import NoReturn

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.lexer import Kind, Token
from guanxi.conditions.schema import Limits


class Cursor:
    """A place among the tokens; `limits` are those of the reader."""

    def __init__(self, tokens: list[Token], limits: Limits) -> None:
        """Begin at the first token."""
        self.tokens = tokens
        self.limits = limits
        self.index = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.index]

    @property
    def following(self) -> Token:
        """The token after that; the end stays the end."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The token that comes next, passed over."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def accept(self, *words: str) -> bool:
        """Whether one of the words comes next; it is passed over then."""
        if self.token.word and self.token.word in words:
            self.index += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        """Pass over these words, one after the other. Raises ConditionError."""
        for word in words:
            if not self.accept(word):
                self.fail(repr(word))

    def fail(self, *expected: str) -> NoReturn:
        """Refuse the token that comes next (ConditionError)."""
        token = self.token
        if token.kind is Kind.END:
            raise ConditionError("unexpected_end", token.position, expected)
        raise ConditionError("unexpected_token", token.position, expected, {"found": token.text})
