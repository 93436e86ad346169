-- Lines as they were delivered, to know them when they come again. Can be emptied: then they are read again.
CREATE TABLE known_file (
    batch_id INTEGER PRIMARY KEY,
    mark BLOB NOT NULL                   -- keyed digest of all that the reading of a line follows from
);
CREATE TABLE known_line (
    place INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    lines BLOB NOT NULL,                 -- app.storage.files.known_lines.LINE, in the order of lines
    UNIQUE (batch_id, part)
);
