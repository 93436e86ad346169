"""The demo municipality: a made-up city with true persons, and the eighteen extracts its departments would hand over.

`city.make_city` is pure and gives the same city for the same seed; `writing.write_extracts` puts its rows into
files in the encodings and spellings of real departments. Lives apart from the program: it may use `app.domain` and
nothing else of `app`, and what is true about its people (`City.truth`, `City.stories`) never reaches the files
that the program imports.
"""
