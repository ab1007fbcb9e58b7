"""Reading a page as a person would: its rows, its heads, its facts."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse


def text(html: str) -> str:
    """What is seen of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def body(answer: HttpResponse) -> str:
    """The HTML of an answer."""
    return answer.content.decode()


def titles(answer: HttpResponse) -> list[str]:
    """The names in the first column of a list."""
    return [
        text(found) for found in re.findall(r'<a class="cell-title"[^>]*>(.*?)</a>', body(answer), re.DOTALL)
    ]


def heads(answer: HttpResponse) -> list[str]:
    """The heads of the columns."""
    return [text(found) for found in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', body(answer), re.DOTALL)]


def facets(answer: HttpResponse) -> list[tuple[str, str]]:
    """The chips of the filter."""
    found = re.findall(r'facet-name">(.*?)</span><span class="facet-value"[^>]*>(.*?)</span>', body(answer))
    return [(text(name), text(value)) for name, value in found]


def link(answer: HttpResponse, mark: str) -> str:
    """The address of the link that carries `mark` among its attributes; "" when there is none."""
    found = next((tag for tag in re.findall(r"<a [^>]*>", body(answer)) if mark in tag), "")
    address = re.search(r'href="([^"]*)"', found)
    return unescape(address[1]) if address else ""


def facts(answer: HttpResponse) -> dict[str, str]:
    """The details of a record."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", body(answer), re.DOTALL)
    return {text(name): text(value) for name, value in found}
