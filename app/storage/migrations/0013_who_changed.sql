-- Whose line of the list changed: noted in the transaction that changes it, so that a window that keeps the list at
-- hand (app.storage.priorities.roll) reads exactly these children again. This PC only, emptied at unlocking.
CREATE TABLE desk_touched (place INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL);

CREATE TRIGGER decision_insert AFTER INSERT ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;
CREATE TRIGGER decision_update AFTER UPDATE ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;
CREATE TRIGGER decision_delete AFTER DELETE ON decision BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER contact_insert AFTER INSERT ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;
CREATE TRIGGER contact_update AFTER UPDATE ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;
CREATE TRIGGER contact_delete AFTER DELETE ON contact_noted BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER moved_insert AFTER INSERT ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;
CREATE TRIGGER moved_update AFTER UPDATE ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;
CREATE TRIGGER moved_delete AFTER DELETE ON follow_up_moved BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;

CREATE TRIGGER assignment_insert AFTER INSERT ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (new.person_id); END;
CREATE TRIGGER assignment_update AFTER UPDATE ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id), (new.person_id); END;
CREATE TRIGGER assignment_delete AFTER DELETE ON assignment BEGIN
    INSERT INTO desk_touched (person_id) VALUES (old.person_id); END;
