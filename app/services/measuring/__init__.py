"""How fast, on how much, beside what: the figures of ``main.py bench``."""
