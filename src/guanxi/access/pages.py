"""Settings: one's own, keys for programs, and for administrators people and teams."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.access.administration import delete_team, revoke_token, save_team, update_person
from guanxi.access.calc import Role
from guanxi.access.errors import ConflictError, InvalidError
from guanxi.access.forms import NewPersonForm, PersonForm, PreferencesForm, TokenForm
from guanxi.access.middleware import ActorRequest
from guanxi.access.models import Team, User
from guanxi.access.notices import say
from guanxi.access.queries import own_person, own_tokens, person_managed_by
from guanxi.access.services import create_token, create_user, set_preferences
from guanxi.access.signin import administrators_only, signed_in

READ_OR_SEND = ("GET", "HEAD", "POST")
YEAR = 365 * 24 * 60 * 60


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, for this browser and for the person who is signed in."""
    language, wanted = request.POST.get("language", ""), request.POST.get("next", "")
    response = redirect(wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", httponly=True
        )
        if isinstance(request.user, User):
            actor = request.actor  # type: ignore[attr-defined]
            set_preferences(actor=actor, language=language, time_zone=request.user.time_zone)
    return response


@signed_in
@require_http_methods(READ_OR_SEND)
def preferences(request: ActorRequest) -> HttpResponse:
    """Show and keep a person's own settings."""
    person = own_person(request.actor)
    known = {"language": person.language, "time_zone": person.time_zone or "UTC"}
    form = PreferencesForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        set_preferences(actor=request.actor, **form.cleaned_data)
        say(request, _("Saved"))
        return redirect("preferences")
    return render(request, "access/preferences.html", {"form": form, "person": person})


@signed_in
@require_http_methods(READ_OR_SEND)
def tokens(request: ActorRequest) -> HttpResponse:
    """Show a person's keys and make new ones; a secret is shown once, and never again."""
    person = own_person(request.actor)
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        _token, secret = create_token(
            user=person,
            name=form.cleaned_data["name"],
            read_only=form.cleaned_data["read_only"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        form = TokenForm()
    found = own_tokens(request.actor)
    context = {"form": form, "tokens": found, "secret": secret, "now": timezone.now()}
    response = render(request, "access/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_POST
def take_back_token(request: ActorRequest, token_id: int) -> HttpResponse:
    """Take a key back."""
    revoke_token(actor=request.actor, token_id=token_id)
    say(request, _("The key no longer opens anything."))
    return redirect("tokens")


@administrators_only
@require_http_methods(["GET", "HEAD"])
def people(request: ActorRequest) -> HttpResponse:
    """Show everybody."""
    found = User.objects.prefetch_related("teams").order_by("-is_active", "full_name", "username")
    return render(request, "access/people.html", {"people": found})


@administrators_only
@require_http_methods(READ_OR_SEND)
def add_person(request: ActorRequest) -> HttpResponse:
    """Add a person."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            create_user(
                actor=request.actor,
                username=given["username"],
                password=given["password"],
                role=Role(given["role"]),
                full_name=given["full_name"],
                teams=[team.name for team in given["teams"]],
            )
        except InvalidError as error:
            _take_errors(form, error)
        else:
            say(request, _("%(name)s can sign in now.") % {"name": given["full_name"]})
            return redirect("people")
    return render(
        request, "access/person.html", {"form": form, "person": None}, status=422 if form.errors else 200
    )


@administrators_only
@require_http_methods(READ_OR_SEND)
def person_page(request: ActorRequest, user_id: int) -> HttpResponse:
    """Change a person."""
    person = person_managed_by(request.actor, user_id)
    known = {
        "full_name": person.full_name or person.username,
        "role": person.role,
        "teams": [team.pk for team in person.teams.all()],
        "is_active": person.is_active,
    }
    form = PersonForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        given["teams"] = [team.pk for team in given["teams"]]
        try:
            update_person(actor=request.actor, user_id=user_id, **given)
        except InvalidError as error:
            _take_errors(form, error)
        except ConflictError as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Saved"))
            return redirect("people")
    context = {"form": form, "person": person}
    return render(request, "access/person.html", context, status=422 if form.errors else 200)


def _take_errors(form: Form, error: InvalidError) -> None:
    for name, found in error.errors.items():
        form.add_error(name if name in form.fields else None, found)


@administrators_only
@require_http_methods(READ_OR_SEND)
def teams(request: ActorRequest) -> HttpResponse:
    """Show the teams, add one or rename one."""
    if request.method == "POST":
        key = request.POST.get("team", "")
        try:
            team_id = int(key) if key.isascii() and key.isdigit() and len(key) < 18 else None
            save_team(actor=request.actor, name=request.POST.get("name", ""), team_id=team_id)
            say(request, _("Saved"))
        except InvalidError as error:
            say(request, " ".join(error.errors["name"]), bad=True)
        return redirect("teams")
    counted = Count("members", filter=Q(members__is_active=True))
    found = Team.objects.annotate(people=counted).order_by("name")
    return render(request, "access/teams.html", {"teams": found})


@administrators_only
@require_POST
def remove_team(request: ActorRequest, team_id: int) -> HttpResponse:
    """Remove a team that owns nothing."""
    try:
        delete_team(actor=request.actor, team_id=team_id)
        say(request, _("The team was removed."))
    except ConflictError as error:
        say(request, str(error), bad=True)
    return redirect("teams")


urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="set_language"),
    path("settings/", preferences, name="preferences"),
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke/", take_back_token, name="revoke_token"),
    path("settings/people/", people, name="people"),
    path("settings/people/new/", add_person, name="add_person"),
    path("settings/people/<int:user_id>/", person_page, name="person"),
    path("settings/teams/", teams, name="teams"),
    path("settings/teams/<int:team_id>/remove/", remove_team, name="remove_team"),
]
