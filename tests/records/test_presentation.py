"""Values as people read them, in each language."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from guanxi.records.presentation import shown_time


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "17:05"), ("zh-hant", "下午5:05"), ("ko", "오후 5:05"), ("en", "5:05")]
)
def test_a_time_is_said_as_its_language_says_it(language: str, said: str) -> None:
    """08:05 in Greenwich is five past five in the afternoon in Seoul."""
    with translation.override(language), timezone.override(ZoneInfo("Asia/Seoul")):
        assert said in shown_time(datetime(2026, 3, 31, 8, 5, tzinfo=UTC))
