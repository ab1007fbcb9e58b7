"""The geocoder against truth, and the laws that hold for any text."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.places.gazetteer import gazetteer
from guanxi.places.geocoding import ATTRIBUTION, Geocoded, geocode, geocode_many, neighbourhood
from guanxi.places.geocoding.east_asia import place_of
from guanxi.places.geocoding.resolve import forget

ROWS = list(csv.DictReader((Path(__file__).parent / "data/addresses.csv").open(encoding="utf-8", newline="")))
PLACES = [row for row in ROWS if row["latitude"]]


def kilometres_off(row: dict[str, str], found: Geocoded) -> float:
    assert found.latitude is not None
    assert found.longitude is not None
    phi1, phi2 = math.radians(float(row["latitude"])), math.radians(found.latitude)
    half = math.sin((phi2 - phi1) / 2) ** 2
    apart = math.radians(found.longitude - float(row["longitude"]))
    half += math.cos(phi1) * math.cos(phi2) * math.sin(apart / 2) ** 2
    return 2 * 6371.009 * math.asin(math.sqrt(half))


def test_the_truth_set_is_large_and_of_all_regions() -> None:
    regions = {row["region"] for row in PLACES}
    assert regions == {"CN", "TW", "HK", "MO", "KR", "WORLD"}
    assert len(PLACES) >= 400
    assert len({row["address"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", PLACES, ids=lambda row: row["address"][:24])
def test_no_confident_pin_is_far_off_and_ambiguity_is_flagged(row: dict[str, str]) -> None:
    found = geocode(row["address"])
    assert found.latitude is not None
    if row["ambiguous"] == "1":
        assert found.needs_review
        assert len(found.candidates) > 1
    if not found.needs_review:
        assert kilometres_off(row, found) <= 35


def test_most_are_within_fifteen_kilometres_and_inside_their_radius() -> None:
    results = [(kilometres_off(row, geocode(row["address"])), geocode(row["address"])) for row in PLACES]
    assert sum(apart <= 15 for apart, _ in results) >= 0.95 * len(results)
    assert sum(apart * 1000 <= (found.accuracy_m or 0) for apart, found in results) >= 0.98 * len(results)


@pytest.mark.parametrize("row", [row for row in ROWS if not row["latitude"]], ids=lambda row: row["note"])
def test_what_is_no_address_has_no_place(row: dict[str, str]) -> None:
    found = geocode(row["address"])
    assert found.latitude is None
    assert found.longitude is None
    assert found.level is None
    assert not found.candidates


def test_a_road_called_after_a_city_is_not_in_it() -> None:
    for address in ("南京西路1266号", "北京路5号", "延安路12号", "东京路8号"):
        assert geocode(address).latitude is None
    assert geocode("广州市越秀区北京路168号").matched == "广东省广州市越秀区"


def test_an_address_between_two_cities_names_both() -> None:
    found = geocode("朝阳区建国路87号")
    assert found.needs_review
    assert {candidate.matched for candidate in found.candidates} == {"北京市朝阳区", "吉林省长春市朝阳区"}
    assert (found.accuracy_m or 0) > 800_000


@pytest.mark.parametrize(("hint", "matched"), [("北京", "北京市朝阳区"), ("长春市", "吉林省长春市朝阳区")])
def test_a_hint_decides(hint: str, matched: str) -> None:
    found = geocode("朝阳区建国路87号", hint=hint)
    assert (found.matched, found.needs_review, found.resolved_by) == (matched, False, "hint")


def test_a_hint_never_overrides_the_address() -> None:
    assert geocode("成都市锦江区红星路", hint="上海") == geocode("成都市锦江区红星路")


def test_a_hint_places_a_bare_road_in_the_city_but_not_nonsense() -> None:
    found = geocode("建国路87号", hint="北京")
    assert (found.matched, found.level, found.resolved_by) == ("北京市", "city", "hint")
    assert found.components["street"] == "建国路"
    assert geocode("客户自提", hint="北京").latitude is None
    assert geocode("建国路87号", hint="没有这个城市").latitude is None


def test_a_contradiction_goes_to_review_even_with_a_hint() -> None:
    assert geocode("广州市朝阳区建国路").needs_review
    assert geocode("广州市朝阳区建国路", hint="广州").needs_review


def test_neighbours_decide() -> None:
    sure = ["北京市海淀区中关村大街27号", "北京西城区金融大街35号", "北京东城区东长安街16号"]
    found = geocode_many(["朝阳区建国路87号", *sure, "建国路9号", "待补充"])
    assert (found[0].matched, found[0].needs_review, found[0].resolved_by) == (
        "北京市朝阳区",
        False,
        "neighbours",
    )
    assert (found[4].matched, found[4].needs_review, found[4].resolved_by) == ("北京市", True, "neighbours")
    assert found[5].latitude is None
    assert geocode_many(["朝阳区建国路87号", *sure[:2]])[0].needs_review


def test_neighbours_in_both_cities_decide_nothing() -> None:
    beijing = ["北京市海淀区中关村", "北京西城区金融大街", "北京东城区东长安街"]
    changchun = ["长春市南关区人民大街", "长春市宽城区长江路", "长春市二道区吉林大路"]
    assert geocode_many(["朝阳区建国路87号", *beijing, *changchun])[0].needs_review


def test_a_part_of_a_list_is_decided_by_the_whole() -> None:
    whole = geocode_many(["北京市海淀区中关村", "北京西城区金融大街", "北京东城区东长安街"])
    alone = geocode_many(["朝阳区建国路87号"], neighbours=neighbourhood(whole))
    assert alone[0].matched == "北京市朝阳区"
    assert set(neighbourhood(whole)) == {"11"}


def test_own_hints_go_before_that_of_the_list() -> None:
    found = geocode_many(["朝阳区建国路87号"] * 2, hint="北京", own_hints=[None, "长春"])
    assert [result.matched for result in found] == ["北京市朝阳区", "吉林省长春市朝阳区"]
    with pytest.raises(ValueError, match="own_hints"):
        geocode_many(["北京市"], own_hints=[])


def test_a_list_without_any_sure_row_stays_in_doubt() -> None:
    assert [found.needs_review for found in geocode_many(["朝阳区", "鼓楼区"])] == [True, True]


@pytest.mark.parametrize(
    ("address", "level", "matched"),
    [
        ("广东省", "province", "广东省"),
        ("东莞东城区", "township", "广东省东莞市东城街道"),
        ("深圳南山", "county", "广东省深圳市南山区"),
        ("广州天河", "county", "广东省广州市天河区"),
        ("山东济南市中区", "county", "山东省济南市市中区"),
        ("서울 강남", "county", "서울특별시 강남구"),
        ("강원도 춘천시", "county", "강원특별자치도 춘천시"),
        ("上海", "city", "上海市"),
        ("Nanshan, Shenzhen, China", "county", "广东省深圳市南山区"),
        ("Guangdong Shenzhen Futian", "county", "广东省深圳市福田区"),
        ("중국 상하이", "city", "Shanghai, CN"),
        ("Paris, Texas", "city", "Paris, TX, US"),
        ("Москва", "city", "Moscow, RU"),
        ("Germany", "province", "DE"),
        ("Singapore", "city", "Singapore, SG"),
    ],
)
def test_levels_and_names(address: str, level: str, matched: str) -> None:
    found = geocode(address)
    assert (found.level, found.matched) == (level, matched)


@pytest.mark.parametrize(
    "address", ["广东省", "中国", "대한민국", "Germany", "Springfield", "中正區信義路", "城关镇"]
)
def test_too_coarse_or_shared_goes_to_review(address: str) -> None:
    assert geocode(address).needs_review


def test_the_point_is_never_finer_than_a_township() -> None:
    assert {geocode(row["address"]).level for row in PLACES} <= {"township", "county", "city", "province"}


def test_road_and_number_are_kept() -> None:
    components = geocode("广东省深圳市福田区深南大道2008号 中国凤凰大厦").components
    assert (components["street"], components["number"]) == ("深南大道", "2008号")
    assert components["country"] == "CN"
    assert geocode("서울 강남구 테헤란로 152").components["street"] == "테헤란로"


def test_attribution_names_the_sources() -> None:
    assert "GeoNames" in ATTRIBUTION
    assert "CC BY 4.0" in ATTRIBUTION


MESSY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "北京市朝阳区上海广东省深圳南山路号街道镇乡村臺灣區號서울강남구동로길번지 ,，\n-０１２3４abcXYZ()"
        ),
        st.characters(),
    ),
    max_size=80,
)


@given(MESSY)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_result(text: str) -> None:
    found = geocode(text, hint="北京")
    assert (found.latitude is None) == (found.longitude is None) == (found.level is None)
    assert found.address == text


@given(st.sampled_from(PLACES))
@settings(max_examples=60, deadline=None)
def test_the_same_address_gives_the_same_result(row: dict[str, str]) -> None:
    first = geocode(row["address"])
    forget()
    assert geocode(row["address"]) == first


NUMBERED = [row for row in PLACES if row["region"] == "CN" and row["address"].endswith("号")]


@given(
    st.sampled_from(NUMBERED),
    st.text(alphabet="ABCD座楼层室单元0123456789 店铺东门旁", min_size=1, max_size=20),
)
@settings(max_examples=80, deadline=None)
def test_noise_behind_the_number_changes_no_county(row: dict[str, str], noise: str) -> None:
    assert geocode(row["address"] + noise).matched == geocode(row["address"]).matched


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("廣東省廣州市天河區體育西路", "广东省广州市天河区体育西路"),
        ("臺北市信義區市府路", "台北市信义区市府路"),
        ("東莞市長安鎮", "东莞市长安镇"),
        ("九龍旺角彌敦道", "九龙旺角弥敦道"),
        ("重慶市萬州區", "重庆市万州区"),
    ],
)
def test_both_scripts_mean_one_place(traditional: str, simplified: str) -> None:
    left, right = geocode(traditional), geocode(simplified)
    assert (left.latitude, left.longitude, left.matched) == (right.latitude, right.longitude, right.matched)


@given(st.sampled_from(PLACES))
@settings(max_examples=80, deadline=None)
def test_full_width_letters_and_digits_change_nothing(row: dict[str, str]) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in row["address"])
    assert geocode(wide).matched == geocode(row["address"]).matched


def _full_names(level: int, country: str) -> list[str]:
    book = gazetteer()
    return [
        place_of(unit).matched
        for unit, code in enumerate(book.codes)
        if book.levels[unit] == level and (code[:2] if code[:2].isalpha() else "CN") == country
    ]


@pytest.mark.parametrize(
    ("level", "country", "road"),
    [(3, "CN", "人民路1号"), (3, "TW", "中正路3號"), (3, "KR", " 중앙로 12"), (4, "KR", " 12-3")],
)
def test_every_unit_written_in_full_is_read_as_itself(level: int, country: str, road: str) -> None:
    names = _full_names(level, country)
    assert len(names) > 200
    wrong = [name for name in names if geocode(name + road).matched != name]
    assert len(wrong) <= 0.002 * len(names), wrong


@pytest.mark.parametrize(
    ("address", "matched"),
    [
        ("1 Main Street, Springfield, IL 62701", "Springfield, IL, US"),
        ("200 George St, Sydney, New South Wales", "Sydney, AU"),
        ("Atlanta, Georgia", "Atlanta, GA, US"),
        ("New York", "New York City, NY, US"),
        ("Tbilisi, Georgia", "Tbilisi, GE"),
        ("日本东京都新宿区西新宿2-8-1", "Tokyo, JP"),
        ("法国某某小镇", "FR"),
        ("Tsim Sha Tsui, Kowloon, Hong Kong", "Tsim Sha Tsui, HK"),
        ("とうきょう駅前", "JP"),
        ("Hsinchu, Taiwan", "Hsinchu, TW"),
    ],
)
def test_elsewhere(address: str, matched: str) -> None:
    assert geocode(address).matched == matched


@pytest.mark.parametrize("name", ["西安", "中山", "大连", "海口", "南京", "吉林", "苏州", "台中", "수원"])
def test_the_short_name_of_a_city_is_that_city(name: str) -> None:
    found = geocode(name)
    assert (found.level, found.needs_review) == ("city", False)


def test_a_hint_decides_for_a_weak_name_inside_it() -> None:
    assert geocode("高新区科技路25号").needs_review
    found = geocode("高新区科技路25号", hint="西安")
    assert (found.resolved_by, found.components["city"]) == ("hint", "西安市")


def test_a_hint_that_does_not_hold_the_place_changes_nothing() -> None:
    assert geocode("南山科技园", hint="北京") == geocode("南山科技园")


def test_how_to_walk_from_a_crossing_is_no_district() -> None:
    assert geocode("许昌市新兴路与春秋路交叉口向东250米路北").matched == "河南省许昌市"
    assert geocode("新兴路与春秋路交叉口向东250米路北").latitude is None


def test_a_weak_name_far_from_all_neighbours_is_no_pin_there() -> None:
    neighbours = [f"河南省许昌市魏都区七一路{number}号" for number in range(1, 20)]
    *_, found = geocode_many([*neighbours, "永昌大道229号芙蓉湖畔7号楼"])
    assert found.needs_review
    assert [candidate.matched for candidate in found.candidates] == ["河南省许昌市", "湖南省长沙市芙蓉区"]
