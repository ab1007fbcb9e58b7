"""Settings: one's own, keys, people and teams."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.reading import body, text

from guanxi.access.models import ApiToken, Team, User
from guanxi.access.queries import token_of

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def test_own_language_and_zone_are_kept(cast: Cast) -> None:
    browser = cast.alice.browser
    browser.post("/settings/", {"language": "ko", "time_zone": "Asia/Seoul"})
    alice = User.objects.get(pk=cast.alice.user.pk)
    assert (alice.language, alice.time_zone) == ("ko", "Asia/Seoul")
    assert '<html lang="ko"' in body(browser.get("/settings/"))


def test_a_language_or_zone_of_nowhere_is_refused(cast: Cast) -> None:
    cast.alice.browser.post("/settings/", {"language": "xx", "time_zone": "Mars/Base"})
    alice = User.objects.get(pk=cast.alice.user.pk)
    assert (alice.language, alice.time_zone) == ("", "")


class TestKeys:
    def _make(self, cast: Cast, **form: object) -> str:
        page = body(cast.alice.browser.post("/settings/tokens/", {"name": "cash desk", "days": 90, **form}))
        secret = re.search(r"gx_[\w-]{30,}", page)
        return secret[0] if secret else ""

    def test_a_secret_is_shown_once_and_opens_what_its_owner_may(self, cast: Cast) -> None:
        secret = self._make(cast)
        token = token_of(secret, now=timezone.now())
        assert token is not None
        assert token.user == cast.alice.user
        assert token.read_only is False
        assert token_of(secret, now=timezone.now() + timedelta(days=91)) is None
        page = body(cast.alice.browser.get("/settings/tokens/"))
        assert secret not in page
        assert "cash desk" in page

    def test_a_key_may_only_read_when_asked_for(self, cast: Cast) -> None:
        self._make(cast, read_only="on")
        assert ApiToken.objects.get().read_only is True

    def test_a_key_that_was_taken_back_opens_nothing(self, cast: Cast) -> None:
        secret = self._make(cast)
        cast.alice.browser.post(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
        assert token_of(secret, now=timezone.now()) is None

    def test_nobody_sees_the_keys_of_others(self, cast: Cast) -> None:
        self._make(cast)
        assert "cash desk" not in body(cast.root.browser.get("/settings/tokens/"))

    @pytest.mark.parametrize("form", [{"name": ""}, {"days": 1}, {"days": "x"}, {"name": "x" * 101}])
    def test_a_form_that_is_wrong_makes_no_key(self, cast: Cast, form: dict[str, object]) -> None:
        assert self._make(cast, **form) == ""
        assert not ApiToken.objects.exists()


class TestPeople:
    FORM = {"full_name": "陈静", "username": "chenjing", "role": "member", "password": PASSWORD}

    def test_a_person_is_added_to_teams_and_can_sign_in(self, cast: Cast) -> None:
        north = Team.objects.get(name="North")
        cast.root.browser.post("/settings/people/new/", {**self.FORM, "teams": [north.pk]})
        browser = Client()
        answer = browser.post("/accounts/login/", {"login": "chenjing", "password": PASSWORD})
        assert answer.status_code == 302
        assert set(User.objects.get(username="chenjing").teams.all()) == {north}

    @pytest.mark.parametrize(
        "change", [{"username": "alice"}, {"password": "short"}, {"role": "king"}, {"full_name": ""}]
    )
    def test_what_is_wrong_is_said_in_place_and_nobody_is_added(
        self, cast: Cast, change: dict[str, str]
    ) -> None:
        before = User.objects.count()
        page = cast.root.browser.post("/settings/people/new/", {**self.FORM, **change})
        assert page.status_code == 422
        assert "field-error" in body(page)
        assert User.objects.count() == before

    def test_who_leaves_is_out_at_once_with_keys(self, cast: Cast) -> None:
        signed_in = cast.bob.browser
        form = {"full_name": "Bob", "role": "member"}
        cast.root.browser.post(f"/settings/people/{cast.bob.user.pk}/", form)
        assert User.objects.get(pk=cast.bob.user.pk).is_active is False
        assert signed_in.get("/customers/").status_code == 302

    def test_role_teams_and_password_are_changed_and_an_empty_password_is_left(self, cast: Cast) -> None:
        address, south = f"/settings/people/{cast.bob.user.pk}/", Team.objects.get(name="South")
        form = {"full_name": "Bob B.", "role": "manager", "teams": [south.pk], "is_active": "on"}
        cast.root.browser.post(address, {**form, "password": PASSWORD})
        cast.root.browser.post(address, {**form, "password": ""})
        bob = User.objects.get(pk=cast.bob.user.pk)
        assert (str(bob), bob.role, [str(team) for team in bob.teams.all()]) == (
            "Bob B.",
            "manager",
            ["South"],
        )
        assert bob.check_password(PASSWORD)

    @pytest.mark.parametrize("form", [{"role": "member", "is_active": "on"}, {"role": "administrator"}])
    def test_somebody_stays_administrator(self, cast: Cast, form: dict[str, str]) -> None:
        address = f"/settings/people/{cast.root.user.pk}/"
        page = cast.root.browser.post(address, {"full_name": "Root", **form})
        assert "Somebody must stay administrator." in text(body(page))
        root = User.objects.get(pk=cast.root.user.pk)
        assert (root.role, root.is_active) == ("administrator", True)

    def test_a_person_of_nowhere_is_not_there(self, cast: Cast) -> None:
        assert cast.root.browser.get("/settings/people/99999/").status_code == 404


class TestTeams:
    def test_a_team_is_added_renamed_and_removed(self, cast: Cast) -> None:
        browser = cast.root.browser
        browser.post("/settings/teams/", {"name": "  东区组 "})
        team = Team.objects.get(name="东区组")
        browser.post("/settings/teams/", {"team": team.pk, "name": "西区组"})
        assert Team.objects.get(pk=team.pk).name == "西区组"
        browser.post(f"/settings/teams/{team.pk}/remove/")
        assert not Team.objects.filter(pk=team.pk).exists()

    def test_a_team_with_customers_stays_and_says_why(self, cast: Cast) -> None:
        cast.alice.adds("customer", name="华强")
        north = Team.objects.get(name="North")
        browser = cast.root.browser
        browser.post(f"/settings/teams/{north.pk}/remove/")
        assert Team.objects.filter(pk=north.pk).exists()
        assert "still has customers" in body(browser.get("/settings/teams/"))

    @pytest.mark.parametrize("name", ["", " ", "North", "x" * 101])
    def test_a_name_must_be_new_and_short(self, cast: Cast, name: str) -> None:
        before = Team.objects.count()
        cast.root.browser.post("/settings/teams/", {"name": name})
        assert Team.objects.count() == before
