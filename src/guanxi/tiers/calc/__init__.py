"""Classes over values: cuts by cumulative share, segments over scores, the Pareto curve. Pure."""

from guanxi.tiers.calc.concentration import pareto_curve, revenue_share_of_top
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
    "pareto_curve",
    "read_cuts",
    "read_rule",
    "revenue_share_of_top",
    "segment_of",
    "worth",
]
