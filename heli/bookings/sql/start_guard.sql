-- A booking keeps the beginning of its slot beside it, so that the clock's questions need no join.
-- The functions that write slot_id write both; whoever moves a booking by another way is held to it.
CREATE OR REPLACE FUNCTION bookings_guard_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.starts_at IS DISTINCT FROM (
        SELECT s.starts_at FROM slots_slot s WHERE s.id = NEW.slot_id
    ) THEN
        RAISE EXCEPTION 'a booking begins when its slot does'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_start_is_the_slots';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER bookings_guard_start BEFORE UPDATE OF slot_id, starts_at
    ON bookings_booking FOR EACH ROW EXECUTE FUNCTION bookings_guard_start();
