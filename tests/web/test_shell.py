"""The frame around every page: navigation, language, safety, first page, refusals."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings
from tests.cast import Cast

from guanxi.access.models import User

pytestmark = pytest.mark.django_db

HOSTILE = "<img src=x onerror=alert(1)>"


def test_an_empty_home_says_what_to_do_first_with_one_button(cast: Cast) -> None:
    page = cast.alice.browser.get("/").content.decode()
    assert page.count("btn-accent") == 1


def test_a_viewer_of_nothing_is_told_whom_to_ask(cast: Cast) -> None:
    page = cast.viola.browser.get("/").content.decode()
    assert "btn-accent" not in page
    assert "Ask your manager" in page


def test_home_counts_only_what_one_may_see(cast: Cast) -> None:
    for name in ("华强电子", "한빛상사"):
        row = cast.alice.adds("customer", name=name)
    cast.charlie.adds("customer", name="Acme")
    cast.alice.adds("interaction", customer=row.pk, summary="报价已发")
    counted = {
        name: _stat(person.browser.get("/").content.decode()) for name, person in cast.everyone().items()
    }
    assert counted == {"alice": 2, "bob": 2, "charlie": 1, "dana": 2, "viola": 2, "root": 3}
    assert "报价已发" in cast.bob.browser.get("/").content.decode()
    assert "报价已发" not in cast.charlie.browser.get("/").content.decode()


def _stat(page: str) -> int:
    found = re.search(r'<div class="stat-value">([\d,]+)', page)
    assert found
    return int(found[1].replace(",", ""))


def test_hostile_names_are_shown_as_text_everywhere(cast: Cast) -> None:
    customer = cast.root.adds("customer", name=HOSTILE, note=HOSTILE, industry=HOSTILE)
    contact = cast.root.adds("contact", customer=customer.pk, name=HOSTILE, title=HOSTILE)
    cast.root.adds("interaction", customer=customer.pk, summary=HOSTILE, note=HOSTILE)
    User.objects.filter(pk=cast.root.user.pk).update(full_name=HOSTILE)
    browser = cast.root.browser
    for path in (
        "/",
        "/customers/",
        f"/customers/{customer.pk}/",
        f"/customers/{customer.pk}/edit/",
        f"/contacts/{contact.pk}/",
        "/interactions/",
        "/contacts/pick/?field=customer&find=img",
        f"/contacts/pick/?field=customer&choose={customer.pk}",
        f"/customers/?q={HOSTILE}",
        f'/customers/?where=name = "{HOSTILE}"',
        f"/customers/?where={HOSTILE}",
        f'/customers/filter/?where=name = "{HOSTILE}"',
        "/settings/people/",
    ):
        page = browser.get(path).content.decode()
        assert "<img" not in page, path
        assert "&lt;img" in page, path


def test_every_write_needs_the_token_of_the_form(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华强")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("delete/", "edit/", "cell/name/", "note/"):
        answer = browser.post(f"/customers/{row.pk}/{path}", {"value": "x"}, headers={"If-Match": '"1"'})
        assert answer.status_code == 403
        assert b"grown old" in answer.content
    row.refresh_from_db()
    assert (row.name, row.deleted_in) == ("华强", None)


@override_settings(LANGUAGE_CODE="en")
def test_the_language_is_changed_for_the_browser_and_for_the_person(cast: Cast) -> None:
    browser = cast.alice.browser
    answer = browser.post("/language/", {"language": "zh-hans", "next": "/customers/"})
    assert answer["Location"] == "/customers/"
    assert '<html lang="zh-Hans"' in browser.get("/customers/").content.decode()
    assert User.objects.get(pk=cast.alice.user.pk).language == "zh-hans"
    stranger = Client()
    stranger.post("/language/", {"language": "ko"})
    assert '<html lang="ko"' in stranger.get("/accounts/login/").content.decode()


def test_language_goes_nowhere_else_and_knows_only_ours(cast: Cast) -> None:
    answer = cast.alice.browser.post("/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert User.objects.get(pk=cast.alice.user.pk).language == ""


def test_pages_carry_no_inline_script_or_style_and_a_strict_policy(cast: Cast) -> None:
    row = cast.alice.adds("customer", name="华强")
    for path in (
        "/",
        "/customers/",
        f"/customers/{row.pk}/",
        "/customers/new/",
        "/settings/",
        "/accounts/login/",
    ):
        answer = (Client() if "login" in path else cast.alice.browser).get(path)
        page = answer.content.decode()
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert not re.findall(r"<[^>]+\sstyle=|<style|<[^>]+\son[a-z]+=", page), path
        scripts = re.findall(r"<script[^>]*>", page)
        assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts), path


def test_refusals_are_calm_and_say_what_to_do(cast: Cast) -> None:
    missing = cast.alice.browser.get("/nowhere/at/all/")
    assert missing.status_code == 404
    assert "There is nothing here" in missing.content.decode()
    assert Client().get("/nowhere/").status_code == 404
    forbidden = cast.viola.browser.get("/customers/new/")
    assert "You may not do this" in forbidden.content.decode()


def test_a_fault_of_ours_shows_no_traceback(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("guanxi.web.pages.figures_for", broken)
    browser = cast.alice.browser
    browser.raise_request_exception = False
    answer = browser.get("/")
    assert answer.status_code == 500
    assert b"secret detail" not in answer.content
    assert b"Something went wrong on our side" in answer.content


def test_an_ended_session_sends_htmx_to_the_sign_in_page() -> None:
    answer = Client().get("/customers/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")


def test_signing_in_comes_back_to_the_page_that_was_asked_for(cast: Cast) -> None:
    cast.alice.user.set_password("correct horse battery")
    cast.alice.user.save()
    browser = Client()
    first = browser.get("/customers/?q=华强")
    assert first.status_code == 302
    answer = browser.post(first["Location"], {"login": "alice", "password": "correct horse battery"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/customers/?q=")


def test_only_administrators_see_people_and_teams_in_the_menu(cast: Cast) -> None:
    seen = {
        name: "/settings/people/" in person.browser.get("/").content.decode()
        for name, person in cast.everyone().items()
    }
    assert [name for name, sees in seen.items() if sees] == ["root"]
