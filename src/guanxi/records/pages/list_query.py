"""What a list was asked for: the part of its address after the question mark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from guanxi.records.declaration import FieldDeclaration, RecordType

SHAPES = ("kanban", "calendar")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Filter, quick search, order, columns and place in a list. `view` is the saved view it began with.

    `group` names what rows are grouped by, `totals` what is computed (`amount:sum`), `shape` is `kanban`, `calendar` or
    empty (a list), `by` the field that says in which column a card stands or on which day, `month` (`2026-11`) which
    one is seen, `counts_all` whether rows beyond ten thousand are counted too: that is asked for each time anew.
    """

    known: RecordType
    where: str = ""
    text: str = ""
    order: str = ""
    columns: tuple[str, ...] = ()
    view: str = ""
    after: str = ""
    before: str = ""
    start: int = 1
    group: str = ""
    totals: tuple[str, ...] = ()
    shape: str = ""
    by: str = ""
    counts_all: bool = False
    month: str = ""

    @classmethod
    def read(cls, known: RecordType, given: QueryDict) -> ListQuery:
        """Read it from an address or a form; unknown columns are dropped."""
        names = [name for part in given.getlist("columns") for name in part.split(",")]
        start = given.get("start", "")
        return cls(
            known=known,
            where=given.get("where", "").strip(),
            text=given.get("q", "").strip(),
            order=given.get("order", "").strip(),
            columns=tuple(name for name in dict.fromkeys(names) if name in known.by_name),
            view=given.get("view", "").strip(),
            after=given.get("after", "").strip(),
            before=given.get("before", "").strip(),
            start=int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1,
            group=given.get("group", "").strip(),
            totals=tuple(name for part in given.getlist("totals") for name in part.split(",") if name)[:20],
            shape=given.get("shape", "") if given.get("shape", "") in SHAPES else "",
            by=given.get("by", "").strip(),
            counts_all=given.get("count") == "all",
            month=given.get("month", "").strip()[:7],
        )

    @property
    def fields(self) -> tuple[FieldDeclaration, ...]:
        """The columns shown: those chosen as they stand, else those of the declaration, tiers before; title first."""
        usual = sorted(self.known.listed, key=lambda field: not field.is_tier)
        chosen = [self.known.by_name[name] for name in self.columns] or usual
        title = self.known.by_name[self.known.title]
        return (title, *(field for field in chosen if field is not title))

    @property
    def is_plain(self) -> bool:
        """Whether nothing was asked for at all."""
        return replace(self, after="", before="", start=1) == ListQuery(self.known)

    @property
    def narrows(self) -> bool:
        """Whether some rows are left out."""
        return bool(self.where or self.text)

    @property
    def layout(self) -> dict[str, str]:
        """What a saved view keeps beside filter, columns and order."""
        found = {
            "group": self.group,
            "totals": ",".join(self.totals),
            "shape": self.shape,
            "by": self.by,
        }
        return {name: value for name, value in found.items() if value}

    def parameters(self, **changes: Any) -> dict[str, str]:
        """Return it as address parameters, empty ones left out; a change of filter or order begins at the first row."""
        if changes and not changes.keys() & {"after", "before"}:
            changes = {"after": "", "before": "", "start": 1, **changes}
        asked = replace(self, **{"counts_all": False, **changes})
        found = {
            "view": asked.view,
            "where": asked.where,
            "q": asked.text,
            "order": asked.order,
            "columns": ",".join(asked.columns),
            "after": asked.after,
            "before": asked.before,
            "start": str(asked.start) if asked.start > 1 else "",
            "count": "all" if asked.counts_all else "",
            **asked.layout,
            "month": asked.month,
        }
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: Any) -> str:
        """Return the address of the list with some of it changed."""
        asked = urlencode(self.parameters(**changes))
        path = reverse("records:list", args=[self.known])
        return f"{path}?{asked}" if asked else path

    def rows_address(self, **changes: Any) -> str:
        """Return the address of rows alone, with some of it changed."""
        return f"{reverse('records:rows', args=[self.known])}?{urlencode(self.parameters(**changes))}"

    def suffix(self, *names: str) -> str:
        """Return `?…` with these parameters only, to carry the filter to another page; "" when there are none."""
        asked = {name: value for name, value in self.parameters().items() if name in names}
        return f"?{urlencode(asked)}" if asked else ""
