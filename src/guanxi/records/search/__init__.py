"""Quick search: any part of a name in four scripts, pinyin, initials, jamo, digits; one meaning on both databases."""
