"""What a condition says about which values are there: for planners of queries, who may then begin at them."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from guanxi.conditions.tree import And, Compare, Condition, IsEmpty, Leaf, Not, Operator, Or

Group = TypeVar("Group", bound=Hashable)


def present(condition: Condition, groups: Mapping[str, Group]) -> frozenset[Group]:
    """Groups of which a field has a value in every record that meets the condition; `groups` by field.

    It may know too few, never too many.
    """
    return _present(condition, groups, negated=False)


def _present(condition: Condition, groups: Mapping[str, Group], *, negated: bool) -> frozenset[Group]:
    match condition:
        case Not(part):
            return _present(part, groups, negated=not negated)
        case And(parts) | Or(parts):
            found = [_present(part, groups, negated=negated) for part in parts]
            return (
                frozenset().union(*found)
                if isinstance(condition, And) is not negated
                else found[0].intersection(*found)
            )
        case Compare(field) | IsEmpty(field) if field in groups:
            return frozenset({groups[field]}) if _needs_value(condition) is not negated else frozenset()
        case _ if isinstance(condition, Leaf) and condition.field in groups and not negated:
            return frozenset({groups[condition.field]})
        case _:
            return frozenset()


def _needs_value(leaf: Compare | IsEmpty) -> bool:
    """Whether the test is false of a field without a value; its opposite is true of it then, or false."""
    return isinstance(leaf, Compare) and leaf.operator is not Operator.NE
