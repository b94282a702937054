-- A slot never begins at another time: bookings keep its beginning beside it.
CREATE OR REPLACE FUNCTION slots_guard_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a slot never begins at another time'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'slots_start_stands';
END $$;
CREATE OR REPLACE TRIGGER slots_guard_start BEFORE UPDATE OF starts_at ON slots_slot
    FOR EACH ROW WHEN (OLD.starts_at IS DISTINCT FROM NEW.starts_at)
    EXECUTE FUNCTION slots_guard_start();
