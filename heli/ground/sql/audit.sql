-- The audit is appended, never rewritten, whoever writes. The one change a row sees is that it gets
-- its place in the chain, once.

CREATE OR REPLACE FUNCTION ground_audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The caller does not say when it really was, nor through what it came.
    NEW.really_at := clock_timestamp();
    NEW.through := left(session_user || ' ' || current_setting('application_name'), 130);
    IF NEW.position IS NOT NULL THEN
        RAISE EXCEPTION 'an entry of the audit gets its place in the chain afterwards'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ground_audit_stands';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ground_guard_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' THEN
        IF OLD.position IS NULL AND NEW.position IS NOT NULL
            AND to_jsonb(NEW) - '{position,hash,chained_at}'::text[]
              = to_jsonb(OLD) - '{position,hash,chained_at}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit is appended, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ground_audit_stands';
END $$;

CREATE TRIGGER ground_audit_stamp BEFORE INSERT ON ground_auditentry
    FOR EACH ROW EXECUTE FUNCTION ground_audit_stamp();
CREATE TRIGGER ground_guard_audit BEFORE UPDATE OR DELETE ON ground_auditentry
    FOR EACH ROW EXECUTE FUNCTION ground_guard_audit();
CREATE TRIGGER ground_guard_audit_whole BEFORE TRUNCATE ON ground_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION ground_guard_audit();
