"""Criteria and levels as SQL over a view, and the columns that the list is sorted by."""
