"""Classes over values: cuts by cumulative share, segments over scores. Pure."""

from guanxi.tiers.calc.cuts import ABCD, DEFAULT_CUTS, By, abcd, check_cuts, classify
from guanxi.tiers.calc.errors import RuleError
from guanxi.tiers.calc.rating import CutsRule, Rule, SegmentsRule, Standing, read_cuts, read_rule
from guanxi.tiers.calc.segments import RFM_SEGMENTS, Segment, check_segments, segment_of, worth

__all__ = [
    "ABCD",
    "DEFAULT_CUTS",
    "RFM_SEGMENTS",
    "By",
    "CutsRule",
    "Rule",
    "RuleError",
    "Segment",
    "SegmentsRule",
    "Standing",
    "abcd",
    "check_cuts",
    "check_segments",
    "classify",
    "read_cuts",
    "read_rule",
    "segment_of",
    "worth",
]
