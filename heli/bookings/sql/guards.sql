-- What must never be, whoever writes: the table of states, both words before a confirmation,
-- a word that cannot be exchanged for another person's, events that are never rewritten.

CREATE OR REPLACE FUNCTION bookings_guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state, NEW.state) IN (
        ('held', 'confirmed'), ('held', 'declined'), ('held', 'expired'), ('held', 'cancelled'),
        ('held', 'rescheduled'), ('held', 'office_closed'),
        ('confirmed', 'checked_in'), ('confirmed', 'cancelled'), ('confirmed', 'no_show'),
        ('confirmed', 'office_closed'), ('checked_in', 'served')
    ) THEN
        RAISE EXCEPTION 'a booking cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_transition';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bookings_guard_state BEFORE UPDATE OF state ON bookings_booking
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION bookings_guard_state();

CREATE OR REPLACE FUNCTION bookings_guard_both_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM bookings_party p
        WHERE p.booking_id = NEW.id AND p.consented_at IS NOT NULL) <> 2 THEN
        RAISE EXCEPTION 'a booking for two is confirmed by the word of both'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_confirmed_by_both';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bookings_guard_both_words
    AFTER INSERT OR UPDATE OF state ON bookings_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state IN ('confirmed', 'checked_in', 'served')
          AND NEW.service IN ('divorce_application', 'marriage'))
    EXECUTE FUNCTION bookings_guard_both_words();

CREATE OR REPLACE FUNCTION bookings_guard_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who a booking is for never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_word_stands';
END $$;
CREATE TRIGGER bookings_guard_word BEFORE UPDATE ON bookings_party
    FOR EACH ROW WHEN (
        OLD.booking_id <> NEW.booking_id OR OLD.role <> NEW.role OR OLD.service <> NEW.service
        OR OLD.named <> NEW.named
        OR (OLD.person IS NOT NULL AND OLD.person IS DISTINCT FROM NEW.person)
        OR (OLD.consented_at IS NOT NULL AND OLD.consented_at IS DISTINCT FROM NEW.consented_at)
        OR (NEW.person IS NOT NULL AND NEW.person <> NEW.named)
    )
    EXECUTE FUNCTION bookings_guard_word();

CREATE OR REPLACE FUNCTION bookings_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_events_stand';
END $$;
CREATE TRIGGER bookings_guard_event BEFORE UPDATE OR DELETE ON bookings_bookingevent
    FOR EACH ROW EXECUTE FUNCTION bookings_guard_event();
