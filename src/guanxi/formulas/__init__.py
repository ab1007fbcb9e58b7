"""The language of formulas: what a field is that follows from the other fields of its record.

One typed tree (`tree`), one text form (`text`), a check that knows what each part gives (`check`), one meaning
(`evaluator`) and the order in which formulas that read each other are computed (`order`). Plain Python.
"""
