"""Deriving: from rows as received to records, persons, facts and what is searched.

Everything in here can be thrown away and worked out again from the truth in ``office.db`` with the
same result; ``verify --rebuild`` does just that. The same functions serve the first import (every
record is touched) and the monthly one (only the touched records are).
"""
