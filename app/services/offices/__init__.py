"""An office and its people: opening, keys, policy, backup, verification, and who did what."""
