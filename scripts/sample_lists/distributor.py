# ruff: noqa: S311, E501 - seeded on purpose; lists of words in long lines
"""A Korean distributor's workbook: merged cells, a header in two rows, a hidden sheet, figures as text."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
from day import LAST_DAY

KOREAN_PLACES = {
    "서울": ("서울특별시 강남구 테헤란로", "서울특별시 마포구 월드컵로", "서울 영등포구 양평로", "서울시 성동구 성수이로", "서울특별시 중구 을지로"),
    "경기": ("경기도 성남시 분당구 판교로", "경기 수원시 팔달구 효원로", "경기도 고양시 일산동구 중앙로", "경기도 화성시 동탄대로"),
    "부산": ("부산광역시 해운대구 센텀중앙로", "부산 사상구 낙동대로", "부산광역시 부산진구 중앙대로"),
    "대구": ("대구광역시 수성구 동대구로", "대구 달서구 성서로"),
    "충청": ("대전광역시 유성구 대학로", "충청북도 청주시 흥덕구 가로수로", "충남 천안시 서북구 불당대로"),
    "호남": ("광주광역시 서구 상무중앙로", "전북특별자치도 전주시 완산구 홍산로", "전남 순천시 충효로"),
    "제주": ("제주특별자치도 제주시 연북로", "제주 서귀포시 중앙로"),
}  # fmt: skip
KOREAN_MARKS = [
    "한빛",
    "대성",
    "미래",
    "동양",
    "우리",
    "새한",
    "삼원",
    "금강",
    "태평",
    "신흥",
    "청솔",
    "가온",
    "다온",
    "한울",
    "은하",
    "세종",
    "남도",
    "백두",
    "해오름",
    "푸른",
]
KOREAN_TRADES = (
    ("유통", "식품 도매"),
    ("상사", "잡화 도매"),
    ("식품", "식품 제조"),
    ("마트", "소매"),
    ("산업", "자재"),
    ("물산", "수입"),
    ("약국", "의약품"),
)
KOREAN_SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍"
KOREAN_GIVEN = [
    "민준",
    "서연",
    "지훈",
    "수빈",
    "현우",
    "지우",
    "도윤",
    "하은",
    "성민",
    "은정",
    "재호",
    "미경",
    "상훈",
    "영숙",
    "태현",
    "혜진",
    "동욱",
    "유진",
    "승호",
    "경희",
]


def korean_tax_number(random_source: random.Random) -> str:
    """Return a business registration number whose check digit is right."""
    digits = [random_source.randrange(1, 10)] + [random_source.randrange(10) for _position in range(8)]
    total = sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    text = "".join(map(str, [*digits, (10 - (total + digits[8] * 5 // 10) % 10) % 10]))
    return f"{text[:3]}-{text[3:5]}-{text[5:]}"


def korean_row(random_source: random.Random, number: int, region: str) -> list[object]:
    """Return one dealer; the region stands in the first column and is merged by the caller."""
    area = {
        "서울": "02",
        "경기": "031",
        "부산": "051",
        "대구": "053",
        "충청": "042",
        "호남": "062",
        "제주": "064",
    }[region]
    mark, (ending, trade) = random_source.choice(KOREAN_MARKS), random_source.choice(KOREAN_TRADES)
    name = random_source.choice(
        (
            f"(주){mark}{ending}",
            f"㈜{mark}{ending}",
            f"주식회사 {mark}{ending}",
            f"{mark}{ending}",
            f"{mark}{ending} (주)",
        )
    )
    mobile = random_source.randrange(20_000_000, 99_999_999)
    day = LAST_DAY - timedelta(days=random_source.randrange(700))
    amount = random_source.randrange(30, 9000) * 10
    return [
        region,
        f"K{number:04d}",
        name,
        random_source.choice(KOREAN_SURNAMES) + random_source.choice(KOREAN_GIVEN),
        korean_tax_number(random_source),
        trade,
        f"{area}-{random_source.randrange(200, 999)}-{random_source.randrange(10_000):04d}",
        random_source.choice(
            (f"010-{mobile // 10_000:04d}-{mobile % 10_000:04d}", 1_000_000_000 + mobile, f"010{mobile:08d}")
        ),
        f"{random_source.choice(KOREAN_PLACES[region])} {random_source.randrange(1, 400)}"
        + random_source.choice(
            ("", f"-{random_source.randrange(1, 30)}", f", {random_source.randrange(2, 15)}층")
        ),
        random_source.choices(("A", "B", "C"), (2, 5, 8))[0],
        random_source.choice((str(amount), f"{amount:,}", amount)),
        random_source.choice((day, f"{day.year}. {day.month}. {day.day}.", day.isoformat())),
        random_source.choice(("", "", "", "매월 말 결제", "신규 거래처", "담당자 변경")),
    ]


def write_distributor_list(directory: Path, count: int = 300) -> None:
    """Write 거래처목록.xlsx: merged title, header in two rows, merged regions, a hidden sheet, text figures."""
    random_source = random.Random(300)
    book = openpyxl.Workbook()
    guide = book.active
    guide.title = "안내"
    guide["A1"] = "거래처 목록은 둘째 시트에 있습니다."
    sheet = book.create_sheet("거래처")
    sheet.merge_cells("A1:M1")
    sheet["A1"] = "2026년 거래처 목록"
    first = [
        "지역",
        "거래처코드",
        "거래처명",
        "대표자",
        "사업자등록번호",
        "업종",
        "연락처",
        None,
        "주소",
        "등급",
        "연매출액(만원)",
        "최근거래일",
        "비고",
    ]
    second = [None, None, None, None, None, None, "전화", "휴대폰", None, None, None, None, None]
    for column, (above, below) in enumerate(zip(first, second, strict=True), start=1):
        sheet.cell(3, column, above)
        sheet.cell(4, column, below)
        if below is None:
            sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet.merge_cells("G3:H3")
    regions = sorted(
        random_source.choices(list(KOREAN_PLACES), (9, 8, 5, 3, 4, 4, 1), k=count),
        key=list(KOREAN_PLACES).index,
    )
    for index, region in enumerate(regions):
        row = korean_row(random_source, index + 1, region)
        is_first = index == 0 or regions[index - 1] != region
        for column, value in enumerate(row, start=1):
            if value != "" and (column > 1 or is_first):
                sheet.cell(5 + index, column, value)
        if is_first and (length := regions.count(region)) > 1:
            sheet.merge_cells(start_row=5 + index, end_row=4 + index + length, start_column=1, end_column=1)
    sheet.cell(5 + count, 1, "합계")
    sheet.cell(5 + count, 11, 1)
    codes = book.create_sheet("코드표")
    codes.append(["코드", "업종"])
    codes.sheet_state = "hidden"
    book.properties.created = book.properties.modified = datetime.combine(LAST_DAY, time(9))
    book.save(directory / "거래처목록.xlsx")
