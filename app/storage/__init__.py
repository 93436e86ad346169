"""The places: the encrypted database, keys, files in and files out.

Storage knows how things are kept and nothing of why: it never decides, and never draws.
"""
