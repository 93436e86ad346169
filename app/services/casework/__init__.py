"""The day of a support worker: the list, a child and its file, decisions, contacts, follow-ups, plans, notices."""
