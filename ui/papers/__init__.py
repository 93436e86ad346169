"""Printing from a page: which form, for what purpose, and where it goes."""
