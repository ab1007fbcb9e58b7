"""What the ORM makes of a condition on the database at hand; drawn conditions are asked in `test_three_readers`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, FilteredRelation, Q

from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.schema import Field, FieldType, Limits, Schema
from guanxi.conditions.text import parse
from guanxi.conditions.tree import EVERYTHING, NOTHING, Compare, OneOf, Operator, Or
from tests.conditions import storing
from tests.conditions.sample import SCHEMA, Sample

SHANGHAI = Context(datetime(2026, 11, 2, 1, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
ROW: dict[str, Any] = {
    "name": "苏州 Acme 100%",
    "visits": 1,
    "amount": Decimal("5000.00"),
    "active": True,
    "founded": datetime(2026, 1, 1, tzinfo=UTC).date(),
    "created": datetime(2026, 1, 1, 16, 30, tzinfo=UTC),
    "tier": "A",
}


@pytest.fixture(scope="module", autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample's tables, for as long as this file runs."""
    with django_db_blocker.unblock(), storing.tables():
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("everything", True),
        ("nothing", False),
        ("nothing or everything", True),
        ('name contains "100%"', True),
        ('name contains "1%0"', False),
        ('name contains "10_"', False),
        ('name contains "ACME"', True),
        ('name starts with "苏州 a"', True),
        ('name starts with "州"', False),
        ('name contains ""', True),
        ('电话 contains ""', False),
        ("电话 is empty", True),
        ('电话 != "021"', True),
        ('not 电话 = "021"', True),
        ('电话 in ("021")', False),
        ('电话 not in ("021")', True),
        ("in < 5", False),
        ("not in < 5", True),
        ("amount = 5000", True),
        ("amount > 4999.999", True),
        ("amount >= 5000.001", False),
        ("amount in (5000.001, 4999.999)", False),
        ("created = 2026-01-02", True),
        ("created <= 2026-01-01", False),
        ("created between 2026-01-02 and 2026-01-02", True),
        ("created > 2026-01-01T16:29:59Z", True),
        ("created >= start of year", True),
        ("founded < today - 300d", True),
        ('owner.name = "王芳"', False),
        ("owner.name is empty", True),
        ("not owner in (1, 2)", True),
    ],
)
def test_a_row_as_people_have_it(text: str, *, found: bool) -> None:
    Sample.objects.create(**ROW)
    condition = parse(text, SCHEMA)
    assert bool(storing.found(to_q(condition, SCHEMA, SHANGHAI))) is found
    (row,) = storing.stored().values()
    assert evaluate(condition, row, SHANGHAI) is found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("created > 2026-01-01", True),
        ("created <= 2026-01-01", False),
        ("created >= 2026-01-02", True),
        ("created < 2026-01-02", False),
        ("created = 2026-01-01", False),
        ("not created = 2026-01-02", False),
        ("not created > 2026-01-01", False),
    ],
)
def test_midnight_belongs_to_the_new_day(text: str, *, found: bool) -> None:
    Sample.objects.create(**ROW | {"created": datetime(2026, 1, 1, 16, tzinfo=UTC)})
    condition = parse(text, SCHEMA)
    assert bool(storing.found(to_q(condition, SCHEMA, SHANGHAI))) is found
    (row,) = storing.stored().values()
    assert evaluate(condition, row, SHANGHAI) is found


@pytest.mark.django_db
def test_the_deepest_allowed_condition_runs() -> None:
    Sample.objects.create(**ROW)
    depth = Limits().depth - 1
    text = "visits = 1"
    for level in range(depth):
        text = f"visits {'!= 1 or' if level % 2 else '= 1 and'} ({text})"
    assert len(storing.found(to_q(parse(text, SCHEMA), SCHEMA, SHANGHAI))) == 1


@pytest.mark.django_db
def test_the_widest_allowed_condition_runs() -> None:
    Sample.objects.create(**ROW)
    limits = Limits()
    wide = Or(tuple(Compare("visits", Operator.EQ, number) for number in range(2, limits.nodes)))
    many = OneOf("visits", tuple(range(limits.values)))
    assert not storing.found(to_q(wide, SCHEMA, SHANGHAI))
    assert len(storing.found(to_q(many, SCHEMA, SHANGHAI))) == 1


@pytest.mark.django_db
def test_a_text_is_never_sql() -> None:
    Sample.objects.create(**ROW)
    hostile = "'; DROP TABLE conditions_sample_sample; --"
    for text in (f'name = "{hostile}"', f'name contains "{hostile}"', f'电话 in ("{hostile}")'):
        assert not storing.found(to_q(parse(text, SCHEMA), SCHEMA, SHANGHAI))
    assert Sample.objects.count() == 1


def test_constants_need_no_table() -> None:
    assert to_q(EVERYTHING, SCHEMA, SHANGHAI) == Q()
    assert to_q(NOTHING, SCHEMA, SHANGHAI) == Q(pk__in=[])


def test_a_tree_that_does_not_fit_is_not_compiled() -> None:
    with pytest.raises(ConditionError, match="amout"):
        to_q(Compare("amout", Operator.EQ, 1), SCHEMA, SHANGHAI)
    with pytest.raises(ConditionError, match="not known"):
        to_q(Compare("owner.name", Operator.EQ, "王芳"), SCHEMA.without_sensitive(), SHANGHAI)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["grade", "viewing__name"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('grade = "Seen"', {"both"}),
        ('grade != "Seen"', {"only_other", "neither"}),
        ('grade contains "see"', {"both"}),
        ('grade not contains "see"', {"only_other", "neither"}),
        ("grade is empty", {"only_other", "neither"}),
        ("grade is not empty", {"both"}),
        ('grade = "Seen" or name = "neither"', {"both", "neither"}),
    ],
)
def test_a_value_beside_the_record(column: str, text: str, found: set[str]) -> None:
    for model in ("both", "only_other", "neither"):
        kind = ContentType.objects.create(app_label="conditions_sample", model=model)
        names = {"both": ("view", "other"), "only_other": ("other",), "neither": ()}[model]
        for code in names:
            Permission.objects.create(
                content_type=kind, codename=code, name="Seen" if code == "view" else "Seen too"
            )
    schema = Schema.of(
        "kind",
        Field("name", FieldType.TEXT, "model", nullable=False),
        Field("grade", FieldType.TEXT, column),
    )
    rows = ContentType.objects.filter(app_label="conditions_sample").annotate(
        viewing=FilteredRelation("permission", condition=Q(permission__codename="view")),
        grade=F("viewing__name"),
    )
    matching = rows.filter(to_q(parse(text, schema), schema, SHANGHAI))
    assert sorted(matching.values_list("model", flat=True)) == sorted(found)
