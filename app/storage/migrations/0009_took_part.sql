-- Who took part in the meeting that decided, in words.
ALTER TABLE decision ADD COLUMN took_part TEXT NOT NULL DEFAULT '';
