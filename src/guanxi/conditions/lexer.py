"""Cutting the text of a condition or a formula into tokens; full-width signs of Chinese keyboards are understood."""

import re
from dataclasses import dataclass
from enum import StrEnum

from guanxi.conditions.errors import ConditionError

RESERVED = frozenset({"and", "or", "not", "everything", "nothing", "all", "any", "none", "where", "within"})
"""Words that cannot be a field's name without backticks."""

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
_SYMBOLS = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "，": ",",
        "、": ",",
        "＝": "=",
        "＜": "<",
        "＞": ">",
        "！": "!",
        "－": "-",
        "＋": "+",
        "％": "%",
        "＊": "*",
        "×": "*",
        "／": "/",
        "÷": "/",
        "＆": "&",
    }
)
_SPELLINGS = {"≤": "<=", "≥": ">=", "≠": "!=", "==": "=", "<>": "!="}
_LONGEST_NUMBER = 40

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<datetime>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+(?:[Zz]|[+-][0-9:]+)?)
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
    | (?P<period>[0-9]+[dwmqyDWMQY])(?!\w)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<name>[^\W\d]\w*(?:\.\w+)*)
    | (?P<quoted>`(?:[^`]|``)+`)
    | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*'|“[^”]*”|‘[^’]*’)
    | (?P<symbol><=|>=|!=|==|<>|！＝|＜＝|＞＝|[=<>(),+\-%*/&≤≥≠（），、＝＜＞－＋％＊×／÷＆])
    """,
    re.VERBOSE,
)


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    QUOTED = "quoted"
    TEXT = "text"
    NUMBER = "number"
    PERIOD = "period"
    DATE = "date"
    DATETIME = "datetime"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is unquoted; `word` is what a keyword or sign is compared with; `position` counts from 0."""

    kind: Kind
    text: str
    word: str
    position: int


_KINDS = {kind.value: kind for kind in Kind}


def tokens_of(text: str) -> list[Token]:
    """The tokens of the text, the last one being END. Raises ConditionError with a position."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, position)
        if match.lastgroup != "space":
            found.append(_token(_KINDS[match.lastgroup], match.group(), position))
        position = match.end()
    found.append(Token(Kind.END, "", "", len(text)))
    return found


def _token(kind: Kind, text: str, position: int) -> Token:
    if kind in {Kind.TEXT, Kind.QUOTED}:
        quote = text[-1]
        return Token(kind, text[1:-1].replace(quote * 2, quote), "", position)
    if kind is Kind.NAME:
        return Token(kind, text, text.lower(), position)
    if kind is Kind.SYMBOL:
        plain = text.translate(_SYMBOLS)
        return Token(kind, text, _SPELLINGS.get(plain, plain), position)
    if kind in {Kind.NUMBER, Kind.PERIOD} and len(text) > _LONGEST_NUMBER:
        raise ConditionError("number_out_of_range", position)
    return Token(kind, text, "", position)


def _unreadable(text: str, position: int) -> ConditionError:
    character = text[position]
    if character in _QUOTES:
        return ConditionError("unterminated_text", position, parameters={"quote": _QUOTES[character]})
    return ConditionError("unexpected_character", position, parameters={"found": character})


def quote_text(text: str) -> str:
    """A text as it is written: in double quotes, its own double quotes doubled."""
    return '"' + text.replace('"', '""') + '"'


def quote_name(name: str) -> str:
    """A field's name as it is written: bare where that is read back, else in backticks."""
    match = _TOKEN.fullmatch(name)
    bare = match is not None and match.lastgroup == "name" and name.lower() not in RESERVED
    return name if bare else "`" + name.replace("`", "``") + "`"
