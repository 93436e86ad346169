"""The verbs: one small function for each thing that a user can do.

A verb asks the domain whether it may, the storage to keep it, and returns ``Outcome(value,
Changes)``. Reads return the frozen answers of ``app.services.answers``.
"""
