"""The language of conditions: which records are meant.

One typed tree (`tree`), one text form (`text`), one meaning (`evaluator`) and compilers that agree with it.
Only `django_compiler` knows Django; everything else here is plain Python.
"""
