"""The pyramid as a page draws it: shapes, shares, and where each step leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from guanxi.metrics.calc.money import decimals_of
from guanxi.records.presentation import page_locale, shown_number
from guanxi.tiers.models import Scheme
from guanxi.tiers.queries import Step
from guanxi.tiers.services import Code, Move, TierRun

WIDTH, HEIGHT, TOP = 460, 300, 72
"""The drawing, and how wide the pyramid is at its top: wide enough for a letter and a number."""
GAP = 3


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step of the pyramid: shares are of 0 to 100; `points` is the polygon, `middle` the height of the text."""

    code: str
    name: str
    treatment: str
    colour: int | None
    customers: int
    customers_share: float
    revenue: str
    revenue_share: float
    list_address: str
    map_address: str
    points: str
    middle: int


def drawn_steps(
    scheme: Scheme, steps: Sequence[Step], currency: str, carried: Mapping[str, str]
) -> list[DrawnStep]:
    """Return the steps as they are drawn, best first; who is not rated comes last and has no shape."""
    customers = sum(step.customers for step in steps)
    revenue = sum((_positive(step, currency) for step in steps), Decimal(0))
    rated = len(steps) - 1
    return [
        DrawnStep(
            code=step.tier.code if step.tier else "",
            name=str(step.tier) if step.tier else _("Not rated"),
            treatment=_(step.tier.treatment) if step.tier and step.tier.treatment else "",
            colour=step.tier.colour if step.tier else None,
            customers=step.customers,
            customers_share=_percent(step.customers, customers),
            revenue=shown_whole(step.revenue[currency], currency) if currency in step.revenue else "",
            revenue_share=_percent(_positive(step, currency), revenue),
            list_address=address_of("/customers/", scheme, step, carried),
            map_address=address_of("/map/", scheme, step, carried),
            points=trapezium(place, rated) if step.tier else "",
            middle=round((place + 0.5) * HEIGHT / max(rated, 1)),
        )
        for place, step in enumerate(steps)
    ]


def _positive(step: Step, currency: str) -> Decimal:
    return max(step.revenue.get(currency, Decimal(0)), Decimal(0))


def _percent(part: Decimal | int, whole: Decimal | int) -> float:
    return float(100 * part / whole) if whole else 0.0


def trapezium(place: int, count: int) -> str:
    """Return the polygon of step `place` of `count`, the best at the top."""
    top, bottom = place * HEIGHT / count, (place + 1) * HEIGHT / count - GAP

    def half(height: float) -> float:
        return (TOP + (WIDTH - TOP) * height / HEIGHT) / 2

    corners = [(-half(top), top), (half(top), top), (half(bottom), bottom), (-half(bottom), bottom)]
    return " ".join(f"{WIDTH / 2 + x:.1f},{y:.1f}" for x, y in corners)


def address_of(path: str, scheme: Scheme, step: Step, carried: Mapping[str, str]) -> str:
    """Return where the customers of a step are listed or mapped, within the filter that the page has."""
    own = f'{scheme.field} = "{step.tier.code}"' if step.tier else f"{scheme.field} is empty"
    where = f"({carried['where']}) and {own}" if carried.get("where") else own
    return f"{path}?{urlencode({**carried, 'where': where})}"


def shown_whole(amount: Decimal, currency: str) -> str:
    """Return an amount as a column headed by its currency has it: a sum of thousands needs no cents."""
    decimals = 0 if abs(amount) >= 1000 else decimals_of(currency)
    return shown_number(amount.quantize(Decimal(1).scaleb(-decimals)))


def shown_percent(share: float) -> str:
    """Return a share (0 to 100) as people read it."""
    return str(format_percent(share / 100, "#,##0.#%" if 0 < share < 10 else "#,##0%", locale=page_locale()))


@dataclass(frozen=True, slots=True)
class DrawnMove:
    """Customers who would go from one class to another."""

    before: Code
    before_colour: int | None
    after: Code
    after_colour: int | None
    customers: int
    revenue: str


def drawn_moves(scheme: Scheme, moves: Sequence[Move], currency: str) -> list[DrawnMove]:
    """Return the moves of a trial run, the largest first."""
    colours: dict[Code, int] = {tier.code: tier.colour for tier in scheme.tiers.all()}
    return [
        DrawnMove(
            before=move.before,
            before_colour=colours.get(move.before),
            after=move.after,
            after_colour=colours.get(move.after),
            customers=move.customers,
            revenue=shown_whole(move.revenue[currency], currency) if currency in move.revenue else "",
        )
        for move in moves
    ]


def steps_of_run(scheme: Scheme, run: TierRun) -> list[Step]:
    """Return what the pyramid would be after a trial run."""
    tiers = [*scheme.tiers.all(), None]
    return [
        Step(tier, run.counts.get(code, 0), dict(run.revenue.get(code, {})))
        for tier, code in ((tier, tier.code if tier else None) for tier in tiers)
    ]


def curve_path(curve: Sequence[tuple[float, float]], width: int, height: int) -> str:
    """Return the SVG path of a Pareto curve in a box, the origin at its lower left."""
    return "M" + " L".join(f"{x * width:.1f} {height - y * height:.1f}" for x, y in curve)
