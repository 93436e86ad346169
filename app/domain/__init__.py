"""The nouns: what the office's world is made of.

Pure values and rules over them. No disk, no clock, no chance, no threads, no network: whatever
depends on the day takes the day as an argument.
"""
