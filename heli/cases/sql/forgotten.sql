-- What an office decided stands. When the people of a case are forgotten, the reason that was typed
-- and the certificate's number are emptied after them; neither is ever exchanged.

CREATE OR REPLACE FUNCTION cases_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.state IS DISTINCT FROM OLD.state THEN
        IF NEW.state = 'registered' AND NEW.certificate_number IS NULL THEN
            RAISE EXCEPTION 'a registered case has the number of a certificate'
                USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'cases_registered_has_a_certificate';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.ended_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF coalesce(NEW.certificate_number <> OLD.certificate_number,
                NEW.certificate_number IS NOT NULL AND OLD.certificate_number IS NULL)
        OR coalesce(NEW.refusal_reason <> OLD.refusal_reason,
                    NEW.refusal_reason IS NOT NULL AND OLD.refusal_reason IS NULL)
        -- A mark is that of the number beside it, and goes after it.
        OR coalesce(NEW.certificate_mark <> OLD.certificate_mark,
                    NEW.certificate_mark IS NOT NULL AND OLD.certificate_mark IS NULL
                    AND OLD.certificate_number IS NULL)
        OR (NEW.certificate_mark IS NULL AND OLD.certificate_mark IS NOT NULL
            AND NEW.certificate_number IS NOT NULL)
    THEN
        RAISE EXCEPTION 'what an office decided is emptied, never rewritten'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_decision_stands';
    END IF;
    IF ((NEW.certificate_number IS NULL AND OLD.certificate_number IS NOT NULL)
        OR (NEW.refusal_reason IS NULL AND OLD.refusal_reason IS NOT NULL))
        AND EXISTS (
            SELECT FROM cases_caseparty
            WHERE case_id = NEW.id AND (name_sealed <> ''::bytea OR person <> ''::bytea)
        )
    THEN
        RAISE EXCEPTION 'what an office decided is kept as long as the people of the case'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_decision_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_decision BEFORE INSERT OR UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_guard_decision();

-- An earlier version wrote the number into the case's history, too.
CREATE OR REPLACE FUNCTION cases_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.details ? 'certificate_number'
            AND NEW.details = OLD.details - 'certificate_number'
            AND to_jsonb(NEW) - 'details' = to_jsonb(OLD) - 'details'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what happened is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_events_stand';
END $$;
