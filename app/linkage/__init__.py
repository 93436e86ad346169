"""Matching: which records speak of the same person.

Normal forms -> pairs with evidence -> groups. Splink scores the pairs in an in-memory DuckDB;
what makes the quality stands here: normal forms, the twin rule, rulings, grouping, stable ids.
Nothing here knows the database, the disk (save the shipped model) or the window.
"""
