"""A list that brings an order with each customer: told by columns that can be nothing else.

A date or an amount alone is no order: 成交金额 beside a customer is mostly what a year brings. Where a list has a
column for the day of an order and one for its amount, each row is taken for an order, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guanxi.imports.calc.header_words import fold, words_of
from guanxi.imports.calc.headers import Guess, without_brackets

_WORDS = {
    "order_date": """订单日期 下单日期 下单时间 订货日期 订购日期 首单日期 销售日期 开单日期
        주문일 주문일자 주문날짜 발주일 발주일자 판매일
        order date|date of order|ordered on|ordered at|invoice date|sale date|first order date|po date""",
    "order_amount": """订单金额 订单总额 订货金额 下单金额 首单金额 开单金额 订单总价
        주문금액 주문총액 발주금액 판매금액 판매액
        order amount|order total|order value|invoice amount|first order amount|sale amount|po amount""",
    "order_number": """订单号 订单编号 单号 订货单号 销售单号 合同号 合同编号
        주문번호 발주번호
        order number|order no|order id|invoice number|invoice no|po number|po no|sales order""",
}  # fmt: skip


ORDER_WORDS = {field: frozenset(map(fold, words_of(block))) for field, block in _WORDS.items()}
"""The folded words of each field of an order."""
_SURE = 0.95


def with_first_order(header: Sequence[str], guesses: Sequence[Guess]) -> list[Guess]:
    """Return the guesses with an order's columns as such, where the list has both its day and its amount."""
    found: dict[str, int] = {}
    for column, name in enumerate(header):
        word = fold(without_brackets(name))
        field = next((field for field, words in ORDER_WORDS.items() if word in words), None)
        if field is not None:
            found.setdefault(field, column)
    if not {"order_date", "order_amount"} <= found.keys():
        return list(guesses)
    fields = {column: field for field, column in found.items()}
    return [
        replace(guess, field=fields[guess.column], confidence=_SURE, reason="header", rank=1)
        if guess.column in fields
        else guess
        for guess in guesses
    ]
