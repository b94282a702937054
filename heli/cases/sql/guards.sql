-- What must never be, whoever writes: a step that the table does not have, and history rewritten.

CREATE OR REPLACE FUNCTION cases_guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state, NEW.state) IN (
        ('cooling_off', 'withdrawn'), ('cooling_off', 'window_open'),
        ('cooling_off', 'registered'), ('cooling_off', 'refused'),
        ('window_open', 'withdrawn'), ('window_open', 'registered'), ('window_open', 'refused'),
        ('window_open', 'deemed_withdrawn')
    ) THEN
        RAISE EXCEPTION 'a case cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_transition';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_state BEFORE UPDATE OF state ON cases_case
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION cases_guard_state();

CREATE OR REPLACE FUNCTION cases_guard_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the receipt of a case never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_receipt_stands';
END $$;
CREATE TRIGGER cases_guard_receipt BEFORE UPDATE ON cases_case
    FOR EACH ROW WHEN (
        OLD.receipt_on <> NEW.receipt_on OR OLD.received_at <> NEW.received_at
        OR OLD.office_id <> NEW.office_id
        OR (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at)
    )
    EXECUTE FUNCTION cases_guard_receipt();

CREATE OR REPLACE FUNCTION cases_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_events_stand';
END $$;
CREATE TRIGGER cases_guard_event BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_guard_event();
