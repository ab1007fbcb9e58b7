"""What every test can ask for: the cast, and a fixed clock."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from django.utils import translation
from hypothesis import settings

from tests.cast import NOW, Cast, make_cast

settings.register_profile("default", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=300, deadline=None)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def touches_the_database(item: pytest.Item) -> bool:
    """Whether a test can turn out differently on another database: it, its processes or its browser use one."""
    asks = item.get_closest_marker("django_db") or item.get_closest_marker("browser")
    fixtures = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asks or fixtures or hasattr(getattr(item, "module", None), "own_home"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slow files, so that no worker ends alone with one of them.

    Leave out what an earlier run on another database has settled, when `GUANXI_TEST_DATABASE_ONLY` says so.
    """
    slow = {
        item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in slow)
    if not os.environ.get("GUANXI_TEST_DATABASE_ONLY"):
        return
    settled = [item for item in items if not touches_the_database(item)]
    config.hook.pytest_deselected(items=settled)
    items[:] = [item for item in items if touches_the_database(item)]


@pytest.fixture(autouse=True)
def language() -> None:
    """Begin in the house's language: a page that was asked for in another leaves that in the thread."""
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, in the database."""
    return make_cast()


@pytest.fixture
def now() -> datetime:
    """The moment all tests live in."""
    return NOW
