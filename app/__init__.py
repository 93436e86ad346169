"""Kizuki's core: everything that the program knows and does, without a window.

Nothing in here imports Qt. The rooms and the one way of imports between them are drawn in
``docs/architecture.md``.
"""
