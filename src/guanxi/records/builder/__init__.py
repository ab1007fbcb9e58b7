"""The builder of a filter: rows and groups to choose from, which say what a condition says. Both ways.

`parts` is what people see, `drafting` goes from a condition to it, `building` back, `reading` takes it from a form.
"""

from guanxi.records.builder.building import Built, built
from guanxi.records.builder.drafting import drafted
from guanxi.records.builder.reading import MOST_PARTS, has_too_many, read_group

__all__ = ["MOST_PARTS", "Built", "built", "drafted", "has_too_many", "read_group"]
