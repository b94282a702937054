-- What must never be, whoever writes: a reading that is rewritten, an outcome that is exchanged.

CREATE OR REPLACE FUNCTION hall_guard_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hall_records_stand';
END $$;
CREATE TRIGGER hall_guard_reading BEFORE UPDATE OR DELETE ON hall_staffreading
    FOR EACH ROW EXECUTE FUNCTION hall_guard_record();
CREATE TRIGGER hall_guard_outcome BEFORE UPDATE OR DELETE ON hall_outcome
    FOR EACH ROW EXECUTE FUNCTION hall_guard_record();
