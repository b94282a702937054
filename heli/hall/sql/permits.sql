-- A permit says who asked, who granted and when it was used: nothing of it is said anew.

CREATE OR REPLACE FUNCTION hall_guard_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.id, NEW.kind, NEW.why, NEW.office_id, NEW.code_hash, NEW.asked_by_id, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.id, OLD.kind, OLD.why, OLD.office_id, OLD.code_hash, OLD.asked_by_id, OLD.asked_at)
       OR (OLD.granted_at IS NOT NULL
           AND (NEW.granted_at, NEW.granted_by_id)
               IS DISTINCT FROM (OLD.granted_at, OLD.granted_by_id))
       OR (OLD.used_at IS NOT NULL
           AND (NEW.used_at, NEW.used_on) IS DISTINCT FROM (OLD.used_at, OLD.used_on))
       OR (OLD.closed_at IS NOT NULL
           AND (NEW.closed_at, NEW.closed_by_id, NEW.granted_at)
               IS DISTINCT FROM (OLD.closed_at, OLD.closed_by_id, OLD.granted_at))
    THEN
        RAISE EXCEPTION 'a permit is never said anew'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hall_permits_stand';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hall_guard_permit BEFORE UPDATE OR DELETE ON hall_permit
    FOR EACH ROW EXECUTE FUNCTION hall_guard_permit();
