"""ETag, If-Match and If-None-Match: the version of a record as HTTP knows it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Header

from guanxi.access.api import ProblemError

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="Required: the ETag of the record as you read it, or * for any."),
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="An ETag: 304 when the record is still at it.")
]

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')
NO_VERSION = -1


def etag(version: int) -> str:
    """Return a version as an ETag."""
    return f'"{version}"'


def tags_of(header: str) -> set[str]:
    """Return the tags of a header, weak ones (a proxy that compresses makes them weak) like strong ones."""
    return {found.group(1) for part in header.split(",") if (found := _TAG.fullmatch(part))}


def required_version(if_match: str | None, current: int) -> int | None:
    """Return the version a write must find: None for any, `NO_VERSION` for a tag that is none of ours.

    `current` decides between several tags. Raises ProblemError 428 when the header is missing.
    """
    if if_match is None:
        detail = _("Send If-Match with the ETag of the record as you read it.")
        raise ProblemError(HTTPStatus.PRECONDITION_REQUIRED, "precondition_required", detail)
    if if_match.strip() == "*":
        return None
    return current if str(current) in tags_of(if_match) else NO_VERSION


def is_unchanged(if_none_match: str | None, version: int) -> bool:
    """Whether who asks has this version already."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or str(version) in tags_of(if_none_match)
