"""Parts of the follow-ups page: the list by day, the month beside it, moving to another day."""
