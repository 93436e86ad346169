"""Extracts: how a department's columns become a record and facts, or a rejection that says why.

A ``Profile`` describes one extract (data, from ``resources/extracts``); ``recognising`` finds the
profile that a header belongs to; ``reading`` turns one row's cells into a ``Reading``. The rest are
the forms in which dates, numbers, codes and names arrive. No files here: cells come in as text.
"""
