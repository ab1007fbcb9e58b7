"""What a search means: pure, and the only place that says it."""

from guanxi.records.search.calc.matching import Asked, Pattern, ask, matches, meets, rank
from guanxi.records.search.calc.writing import SearchedText, grams_of, written

__all__ = ["Asked", "Pattern", "SearchedText", "ask", "grams_of", "matches", "meets", "rank", "written"]
