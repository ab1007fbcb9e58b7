"""Hypothesis strategies for formulas: any tree that can be written, and trees of arithmetic."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from guanxi.formulas.functions import FUNCTIONS
from guanxi.formulas.tree import Call, Constant, Formula, Mark, Own, Pair, Prefixed, Sign

NUMBERS = st.decimals(min_value=0, max_value=10**6, places=3)
_NAMES = st.sampled_from(
    ("budget", "a", "true", "where", "not", "round", "预算", "예산", "my field", "back`tick", "a.b")
)
_SCALARS = st.one_of(
    NUMBERS,
    st.booleans(),
    st.text(max_size=12),
    st.dates(date(1000, 1, 1), date(9000, 12, 31)),
    st.builds(
        datetime.combine, st.dates(date(1000, 1, 1), date(9000, 12, 31)), st.times(timezones=st.just(UTC))
    ),
)


def _grown(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Formula]:
    return st.one_of(
        st.builds(Prefixed, st.sampled_from(Mark), parts),
        st.builds(Pair, st.sampled_from(Sign), parts, parts),
        st.builds(Call, st.sampled_from(sorted(FUNCTIONS)), st.lists(parts, max_size=3).map(tuple)),
    )


formulas: st.SearchStrategy[Formula] = st.recursive(
    st.builds(Constant, _SCALARS) | st.builds(Own, _NAMES), _grown, max_leaves=15
)
"""Any tree that has a text, whatever it would give."""

_SIGNS = st.sampled_from((Sign.ADD, Sign.SUBTRACT, Sign.MULTIPLY, Sign.DIVIDE))
arithmetic: st.SearchStrategy[Formula] = st.recursive(
    st.builds(Constant, NUMBERS) | st.builds(Own, st.sampled_from(("x", "y"))),
    lambda parts: st.builds(Prefixed, st.just(Mark.MINUS), parts) | st.builds(Pair, _SIGNS, parts, parts),
    max_leaves=12,
)
"""Sums, differences, products and quotients of numbers and of the fields `x` and `y`."""

given_numbers = st.fixed_dictionaries({"x": NUMBERS | st.none(), "y": NUMBERS.map(Decimal.__neg__)})
