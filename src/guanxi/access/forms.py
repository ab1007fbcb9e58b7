"""Forms of the settings."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.access.models import RoleChoices, Team

ZONES_FIRST = ("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Macau", "Asia/Seoul", "UTC")


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones, those of our regions first."""
    every = sorted(
        zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/")
    )
    others = [zone for zone in every if zone not in ZONES_FIRST]
    return [(zone, zone.replace("_", " ")) for zone in (*ZONES_FIRST, *others)]


class PreferencesForm(forms.Form):
    """A person's own language and time zone."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the browser says")), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)


class TokenForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(label=_("What is it for?"), max_length=100)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(90, _("90 days")), (365, _("a year")), (0, _("until it is taken back"))],
        initial=365,
    )
    read_only = forms.BooleanField(label=_("May only read"), required=False)


class NewPersonForm(forms.Form):
    """A person to be added."""

    full_name = forms.CharField(label=_("Name"), max_length=100)
    username = forms.CharField(
        label=_("Name to sign in with"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=RoleChoices.choices, initial=RoleChoices.MEMBER)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Tell it to the person; they can change it in their settings."),
    )


class PersonForm(forms.Form):
    """What an administrator says about a person who is there."""

    full_name = forms.CharField(label=_("Name"), max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=RoleChoices.choices)
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty to keep the password as it is."),
    )
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, help_text=_("Take it away when somebody leaves.")
    )
