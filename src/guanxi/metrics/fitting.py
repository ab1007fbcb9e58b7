"""A purchase model fitted to a file: a summary of customers, or their transactions. No home, no Django."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, TypeVar

from guanxi.imports.calc.header_words import fold
from guanxi.imports.calc.headers import guess_mapping, header_unit, known_field
from guanxi.imports.calc.values import Cell, Fault, parse_amount, parse_date
from guanxi.imports.calc.values.amount import plain_decimal
from guanxi.imports.calc.values.fault import as_entry, as_plain_text
from guanxi.imports.reading import Limits, ReadError, read_table
from guanxi.models.errors import ModelDataError

Unit = Literal["day", "week", "month"]
PERIODS: Mapping[str, tuple[Literal["day", "month"], int]] = {
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
}
MODELS = {
    "bg-nbd": "BetaGeo",
    "mbg-nbd": "ModifiedBetaGeo",
    "pareto-nbd": "ParetoNBD",
    "gamma-gamma": "GammaGamma",
}
GAMMA_GAMMA = "gamma-gamma"

_SUMMARY = ("frequency", "recency", "T")
_SUMMARY_WORDS = {
    "frequency": "frequency x 频次 频率 复购次数 重复购买次数 빈도 재구매횟수",
    "recency": "recency tx 近度 最近度 최근성",
    "T": "t age tenure 观察期 客户年龄 관찰기간",
    "monetary_value": "monetaryvalue monetary zbar 平均金额 客单价 평균금액 객단가",
}
_SUMMARY_FIELDS = {fold(word): name for name, words in _SUMMARY_WORDS.items() for word in words.split()}
_OF_CUSTOMER = re.compile(
    r"客户|客戶|会员|會員|고객|거래처|회원|cust|client|member|buyer|account|user", re.IGNORECASE
)
_USER_WORDS = frozenset({"userid", "user", "customerid", "buyer", "用户", "用户id", "买家"})
_PARQUET_MARK = b"PAR1"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model's parameters and standard errors, its log-likelihood, and on how many customers and in what time.

    `unit` and `until` say how transactions were counted; None for a summary.
    """

    model: str
    params: Mapping[str, float]
    stderr: Mapping[str, float]
    log_likelihood: float
    n_customers: int
    seconds: float
    unit: Unit | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Columns of cells by what they are, their headers, and the row each cell stands in."""

    columns: Mapping[str, Sequence[Any]]
    headers: Mapping[str, str]
    numbers: Sequence[int]


def fit_file(
    path: Path, *, model: str, today: dt.date, unit: Unit = "day", until: dt.date | None = None
) -> Fitted:
    """Fit `model` (a key of MODELS) to a spreadsheet, csv or Parquet file.

    A summary has the columns frequency, recency, T[, monetary_value], and is taken as it is; transactions have
    customer and date[, amount], are counted in `unit`s and observed until `until`, by default their last day. No date
    may lie after `today`. Raises ReadError when the file cannot be read, ModelDataError when it is no data for the
    model, NotConvergedError.
    """
    began = perf_counter()
    sheet = _parquet_sheet(path) if _is_parquet(path) else _spreadsheet(path)
    is_summary = all(name in sheet.columns for name in _SUMMARY)
    if is_summary:
        summary, end = _summary_of(sheet, model), None
    else:
        summary, end = _summarised(sheet, model, today, unit, until)
    fitted = _fitted(model, summary)
    return Fitted(
        model=model,
        params=fitted.params_,
        stderr=fitted.standard_errors_,
        log_likelihood=float(fitted.log_likelihood_),
        n_customers=int(fitted.n_customers_),
        seconds=round(perf_counter() - began, 3),
        unit=None if is_summary else unit,
        until=end,
    )


def _fitted(model: str, summary: Mapping[str, Any]) -> Any:
    from guanxi import models  # noqa: PLC0415 - heavy

    if model != GAMMA_GAMMA:
        return getattr(models, MODELS[model])().fit(*(summary[name] for name in _SUMMARY))
    again = summary["frequency"] > 0
    if not again.any():
        raise ModelDataError(
            "no_repeat_purchases",
            "nobody bought again: the value of repeat purchases cannot be learnt from this file",
        )
    return models.GammaGamma().fit(summary["frequency"][again], summary["monetary_value"][again])


def _summary_of(sheet: _Sheet, model: str) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - heavy

    names = [*_SUMMARY, *(["monetary_value"] if model == GAMMA_GAMMA else [])]
    _require(sheet, names)
    return {name: np.array(_values(sheet, name, _number), dtype=np.float64) for name in names}


def _summarised(
    sheet: _Sheet, model: str, today: dt.date, unit: Unit, until: dt.date | None
) -> tuple[dict[str, Any], dt.date]:
    from guanxi.models.rfm import rfm_summary  # noqa: PLC0415 - heavy

    has_amount = "amount" in sheet.columns
    _require(sheet, ["customer", "date", *(["amount"] if model == GAMMA_GAMMA else [])])
    bought: dict[str, Any] = {
        "customer": _values(sheet, "customer", _identifier),
        "date": _values(sheet, "date", parse_date),
    }
    _refuse_future(sheet, bought["date"], today)
    if has_amount:
        bought["amount"] = _amounts(sheet)
    period, periods = PERIODS[unit]
    table = rfm_summary(
        bought, amount="amount" if has_amount else None, until=until, period=period, periods_per_unit=periods
    )
    summary = {name: table.column(name).to_numpy() for name in table.column_names if name != "customer"}
    return summary, until or max(bought["date"])


def _amounts(sheet: _Sheet) -> list[float]:
    """Return the amounts, of one currency and none below zero: a refund is no purchase."""
    unit = header_unit(sheet.headers["amount"])
    found = _values(sheet, "amount", lambda cell: parse_amount(cell, unit=unit))
    currencies = {amount.currency for amount in found if amount.currency}
    if len(currencies) > 1:
        raise ModelDataError(
            "several_currencies",
            f"the amounts are in {', '.join(sorted(currencies))}: give one currency at a time",
        )
    below = [number for number, amount in zip(sheet.numbers, found, strict=True) if amount.value < 0]
    if below:
        raise ModelDataError(
            "negative_amount",
            f"{len(below):,} amounts are below zero, the first in row {below[0]}: refunds are no purchases, leave them "
            "out",
        )
    return [float(amount.value) for amount in found]


def _refuse_future(sheet: _Sheet, days: Sequence[dt.date], today: dt.date) -> None:
    late = [(number, day) for number, day in zip(sheet.numbers, days, strict=True) if day > today]
    if late:
        number, day = late[0]
        raise ModelDataError(
            "future_date",
            f"{len(late):,} dates lie in the future, the first in row {number} ({day.isoformat()}): mend them or leave "
            "them out",
        )


def _require(sheet: _Sheet, names: Iterable[str]) -> None:
    missing = [name for name in names if name not in sheet.columns]
    if missing:
        present = ", ".join(sheet.headers.values()) or "none that are known"
        raise ModelDataError(
            "missing_column",
            f"there is no column for {', '.join(missing)}; a summary has frequency, recency, T and monetary_value, "
            f"transactions have customer, date and amount (columns found: {present})",
        )
    if not sheet.numbers:
        raise ModelDataError("no_rows", "there are no rows below the header")


def _values(sheet: _Sheet, name: str, parse: Callable[[Cell], Value | Fault | None]) -> list[Value]:
    """Parse a column. Raises ModelDataError at its first empty or unreadable cell."""
    values: list[Value] = []
    for number, cell in zip(sheet.numbers, sheet.columns[name], strict=True):
        value = parse(cell)
        if value is None:
            raise ModelDataError("missing_value", f"row {number}: '{sheet.headers[name]}' is empty")
        if isinstance(value, Fault):
            raise ModelDataError(value.code, f"row {number}, '{sheet.headers[name]}': {value.message}")
        values.append(value)
    return values


def _number(cell: Cell) -> float | Fault | None:
    text = as_entry(cell)
    if not text:
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    number = plain_decimal(text)
    return Fault("not_a_number", "this is no number") if number is None else float(number)


def _identifier(cell: Cell) -> str | None:
    return as_plain_text(cell) or None


def _spreadsheet(path: Path) -> _Sheet:
    with read_table(path) as table:
        places = _recognised(table.header)
        rows = list(table.rows())
    columns = {name: [row.values[place] for row in rows] for name, place in places.items()}
    return _Sheet(
        columns, {name: table.header[place] for name, place in places.items()}, [row.number for row in rows]
    )


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_PARQUET_MARK)) == _PARQUET_MARK
    except OSError:
        return False  # the reading of spreadsheets says why


def _parquet_sheet(path: Path) -> _Sheet:
    """Read what is recognised; rows are numbered from 1, there is no header row in Parquet."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    try:
        file = pq.ParquetFile(path)
        header, rows = file.schema_arrow.names, file.metadata.num_rows
        if rows > Limits().rows:
            raise ReadError(
                "too_large",
                f"{rows:,} rows are more than this command takes: use guanxi.models.rfm_summary on the file",
            )
        places = _recognised(header)
        table = file.read(columns=[header[place] for place in places.values()])
    except (OSError, pa.ArrowException) as error:
        raise ReadError(
            "damaged", "The file is damaged and cannot be read as Parquet: write it again."
        ) from error
    columns = {name: table.column(header[place]).to_pylist() for name, place in places.items()}
    return _Sheet(columns, {name: header[place] for name, place in places.items()}, range(1, rows + 1))


def _recognised(header: Sequence[str]) -> dict[str, int]:
    """Return the place of each column that is known by its name, in four languages: the summary's, or a purchase's."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        if known := _SUMMARY_FIELDS.get(fold(name)):
            places.setdefault(known, place)
    guesses = guess_mapping(header, [])
    places |= {guess.field: guess.column for guess in guesses if guess.field in ("date", "amount")}
    ranks = [_rank_as_customer(name, known_field(name)) for name in header]
    known_ranks = [rank for rank in ranks if rank is not None]
    if known_ranks:
        places["customer"] = ranks.index(min(known_ranks))
    return places


def _rank_as_customer(name: str, field: str | None) -> int | None:
    """Return how well a column says who bought, 0 the best: a bare number comes last, for it may be the order's."""
    if fold(name) in _USER_WORDS or (field == "external_id" and _OF_CUSTOMER.search(name)):
        return 0
    return {"name": 1, "external_id": 2}.get(field or "")
