"""The self-contained page: what is written into it, and that no name can break out of it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.standalone import (
    MapCandidate,
    MapCustomer,
    MapTemplateMissingError,
    TierLegend,
    render_map,
)

SHANGHAI = MapCustomer(
    row=4,
    name="上海东方明珠",
    address="浦东新区世纪大道1号",
    latitude=31.23987,
    longitude=121.49972,
    level="street",
    accuracy_m=300.4,
    provider="gazetteer",
    tier="A",
    phone="138****0001",
    key_person="王芳",
    size="2,000 人",
    amount=1250.0,
)
UNKNOWN = MapCustomer(
    row=5, name="서울강남유통", needs_review=True, candidates=[MapCandidate(37.5, 127.0, "county", "강남구")]
)
LEGEND = [TierLegend("A", "重点"), TierLegend("B")]
TEMPLATE = Path(__file__).parent / "map_template.html"  # the two places of the real page, and little else
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--",
    "a\u2028b",
    "&lt;",
    '"\\',
    "\x00",
]


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'id="guanxi-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_rows_become_columns() -> None:
    data = data_of(
        render_map([SHANGHAI, UNKNOWN], title="客户地图", tiers=LEGEND, language="ko", template=TEMPLATE)
    )
    assert data == {
        "title": "客户地图",
        "language": "ko",
        "unit": 100_000,
        "tiers": [{"position": 1, "name": "A", "label": "重点"}, {"position": 2, "name": "B", "label": ""}],
        "count": 2,
        "row": [4, 5],
        "name": ["上海东方明珠", "서울강남유통"],
        "address": ["浦东新区世纪大道1号", ""],
        "longitude": [12149972, None],
        "latitude": [3123987, None],
        "level": {"texts": ["street", ""], "codes": [0, 1]},
        "provider": {"texts": ["gazetteer", ""], "codes": [0, 1]},
        "needsReview": [1],
        "candidates": {"1": [[12700000, 3750000, "county", "강남구"]]},
        "tier": [1, 0],
        "accuracy": [300, None],
        "phone": ["138****0001", ""],
        "keyPerson": ["王芳", ""],
        "size": ["2,000 人", ""],
        "amount": [1250, None],
    }


def test_columns_without_a_value_are_left_out() -> None:
    data = data_of(render_map([MapCustomer(row=2, name="Brightwater")], title="x", template=TEMPLATE))
    assert not {"tier", "accuracy", "phone", "keyPerson", "size", "amount"} & set(data)
    assert data["language"] is None


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_inside_their_block(text: str) -> None:
    hostile = replace(SHANGHAI, name=text, address=text, key_person=text, phone=text, size=text)
    page = render_map([hostile], title=text, tiers=LEGEND, template=TEMPLATE)
    assert page.count("<script") == page.count("</script") == 1
    assert "<img" not in page
    assert "\u2028" not in re.sub(r"<title>.*?</title>", "", page)
    assert data_of(page)["name"] == [text]


@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    data = data_of(render_map([replace(SHANGHAI, name=text, tier=None)], title=text, template=TEMPLATE))
    assert (data["name"], data["title"]) == ([text], text)


@pytest.mark.parametrize(
    ("amount", "written"), [(0.1 + 0.2, 0.3), (float("nan"), None), (float("inf"), None), (-3.0, -3)]
)
def test_amounts_fit_into_json(amount: float, written: float | None) -> None:
    data = data_of(render_map([replace(SHANGHAI, amount=amount)], title="x", tiers=LEGEND, template=TEMPLATE))
    assert data.get("amount", [None]) == [written]


@pytest.mark.parametrize(
    ("customer", "message"),
    [
        (replace(SHANGHAI, tier="Z"), "row 4: the tier 'Z'"),
        (replace(SHANGHAI, latitude=None), "row 4: latitude and longitude"),
        (replace(SHANGHAI, latitude=90.5), "row 4: 90.5 is not"),
        (replace(SHANGHAI, longitude=float("nan")), "row 4: nan is not"),
    ],
)
def test_wrong_rows_are_named(customer: MapCustomer, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render_map([customer], title="x", tiers=LEGEND, template=TEMPLATE)


def test_a_page_that_was_not_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MapTemplateMissingError, match=r"build_islands\.py"):
        render_map([SHANGHAI], title="x", tiers=LEGEND, template=tmp_path / "none.html")
