"""Reaching out: the lists, and whom a letter goes to."""
