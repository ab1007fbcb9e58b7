"""Metrics of contacts made, and of who and what there is around a customer. Pure."""

from __future__ import annotations

from guanxi.metrics.calc.definitions import Aggregate, Counted, Metric, Unit, last
from guanxi.metrics.calc.marking import mark as _

YEAR = last(12)
TOUCHES = 'kind != "note"'
VISITS = 'kind = "visit"'

TOUCHED: tuple[Metric, ...] = (
    Counted(
        name="touches_12m",
        label=_("contacts made in 12 months"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        window=YEAR,
        condition=TOUCHES,
    ),
    Counted(
        name="visits",
        label=_("visits"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        condition=VISITS,
    ),
    Counted(
        name="visits_12m",
        label=_("visits in 12 months"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        window=YEAR,
        condition=VISITS,
    ),
    Counted(
        name="calls_12m",
        label=_("calls in 12 months"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        window=YEAR,
        condition='kind = "call"',
    ),
    Counted(
        name="meetings_12m",
        label=_("meetings in 12 months"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        window=YEAR,
        condition='kind = "meeting"',
    ),
    Counted(
        name="messages_12m",
        label=_("messages in 12 months"),
        unit=Unit.COUNT,
        fact="interactions",
        aggregate=Aggregate.COUNT,
        window=YEAR,
        condition='kind in ("message", "mail")',
    ),
    Counted(
        name="last_touch",
        label=_("last contact made"),
        unit=Unit.DATE,
        fact="interactions",
        aggregate=Aggregate.LAST,
        condition=TOUCHES,
    ),
    Counted(
        name="silence_days",
        label=_("days since the last contact made"),
        unit=Unit.DAYS,
        fact="interactions",
        aggregate=Aggregate.DAYS_SINCE_LAST,
        condition=TOUCHES,
    ),
    Counted(
        name="last_visit",
        label=_("last visit"),
        unit=Unit.DATE,
        fact="interactions",
        aggregate=Aggregate.LAST,
        condition=VISITS,
    ),
    Counted(
        name="days_since_visit",
        label=_("days since the last visit"),
        unit=Unit.DAYS,
        fact="interactions",
        aggregate=Aggregate.DAYS_SINCE_LAST,
        condition=VISITS,
    ),
)

AROUND: tuple[Metric, ...] = (
    Counted(
        name="contact_count", label=_("contacts"), unit=Unit.COUNT, fact="contacts", aggregate=Aggregate.COUNT
    ),
    Counted(
        name="key_person_count",
        label=_("key persons"),
        unit=Unit.COUNT,
        fact="contacts",
        aggregate=Aggregate.COUNT,
        condition="is_key_person = true",
    ),
    Counted(name="place_count", label=_("places"), unit=Unit.COUNT, fact="places", aggregate=Aggregate.COUNT),
)
