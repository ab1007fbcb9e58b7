"""Whose telephone numbers a list holds."""

from __future__ import annotations

import pytest

from guanxi.imports.calc.region import guess_region


@pytest.mark.parametrize(
    ("text", "encoding", "region"),
    [
        ("客户名称 电话 许昌瑞贝卡", "gb18030", "CN"),
        ("거래처명 전화 한빛상사", None, "KR"),
        ("name phone", "cp949", "KR"),
        ("客户名称 电话 한빛 深圳华强电子有限公司", "utf-8", "CN"),
        ("客戶名稱 電話 臺北市信義區", "utf-8", "TW"),
        ("客戶名稱 電話 香港九龍彌敦道", "big5hkscs", "HK"),
        ("客戶名稱 澳門氹仔", "utf-8", "MO"),
        ("客戶名稱", "big5", "TW"),
        ("Buyer Tel", "utf-8", "CN"),
        ("", None, "CN"),
    ],
)
def test_script_and_encoding_say_whose_numbers_they_are(text: str, encoding: str | None, region: str) -> None:
    assert guess_region(text, encoding, home="CN") == region
