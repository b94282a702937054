-- What came of a visit stands. The reason that was typed is emptied when its time is over; the audit
-- is told of it.

CREATE OR REPLACE FUNCTION hall_guard_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.reason IS NOT NULL AND NEW.reason IS NULL
            AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what happened is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hall_records_stand';
END $$;
DROP TRIGGER hall_guard_outcome ON hall_outcome;
CREATE TRIGGER hall_guard_outcome BEFORE UPDATE OR DELETE ON hall_outcome
    FOR EACH ROW EXECUTE FUNCTION hall_guard_outcome();
CREATE TRIGGER ground_audit_retell AFTER UPDATE ON hall_outcome
    FOR EACH ROW EXECUTE FUNCTION ground_audit_retell('forget_reason');
