-- Rows of append-only tables are told to the audit by a trigger, with a digest by which
-- `heli audit verify` finds a row that was changed, removed or slipped in afterwards. A room joins:
--
--     CREATE TRIGGER ground_audit_tell AFTER INSERT ON <table>
--         FOR EACH ROW EXECUTE FUNCTION ground_audit_tell(<kind>, <what>);
--
-- kind: 'change' for a history of django-pghistory, else 'reading' or 'deed'. what: '' for what the
-- row itself says.

CREATE OR REPLACE FUNCTION ground_audit_digest(content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    -- Without nulls, so that a column that is added later changes no digest.
    SELECT encode(sha256(convert_to(jsonb_strip_nulls(content)::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION ground_business_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT now() + coalesce((SELECT "offset" FROM ground_clockoffset WHERE id = 1), '0 seconds')
$$;

CREATE OR REPLACE FUNCTION ground_audit_append(
    kind text, what text, told_by text, content jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tracked text := regexp_replace(told_by, 'history$', '');
BEGIN
    INSERT INTO ground_auditentry (
        kind, actor, what, subject_kind, subject, office, reason, facts, at
    ) VALUES (
        kind,
        left(CASE
            WHEN kind = 'change' THEN coalesce(content->'pgh_context'->>'by', '')
            ELSE coalesce('staff:' || coalesce(content->>'staff_id', content->>'by_id'), 'person')
        END, 80),
        left(coalesce(
            nullif(what, ''), content->>'what', tracked || ' ' || (content->>'pgh_label')
        ), 60),
        CASE
            WHEN kind = 'change' THEN left(tracked, 40)
            WHEN content->>'booking_id' IS NOT NULL THEN 'booking'
            WHEN content->>'case_id' IS NOT NULL THEN 'case'
            WHEN content->>'ticket_id' IS NOT NULL THEN 'ticket'
            WHEN content->>'office_id' IS NOT NULL THEN 'office'
            ELSE ''
        END,
        left(coalesce(
            content->>'pgh_obj_id', content->>'booking_id', content->>'case_id',
            content->>'ticket_id', content->>'office_id', ''
        ), 64),
        left(coalesce(content->>'office_id', ''), 40),
        -- A reason is plain text for good: what could be a document number is struck out.
        left(regexp_replace(
            coalesce(content->'pgh_context'->>'why', content->>'why', ''),
            '\d([\s-]?\d){6,}([\s-]?[Xx])?', '…', 'g'
        ), 300),
        jsonb_build_object(
            'table', told_by,
            'row', coalesce(content->'pgh_id', content->'id'),
            'digest', ground_audit_digest(content)
        ),
        coalesce((content->>'at')::timestamptz, ground_business_now())
    );
END $$;

CREATE OR REPLACE FUNCTION ground_audit_tell() RETURNS trigger LANGUAGE plpgsql
SET TimeZone = 'UTC' AS $$ -- moments read the same in every digest
BEGIN
    PERFORM ground_audit_append(TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME, to_jsonb(NEW));
    RETURN NULL;
END $$;

-- Rows that are not what the audit was told, and rows of which it was told nothing.
CREATE OR REPLACE FUNCTION ground_audit_differences()
RETURNS TABLE (entry bigint, told_by text, id text, what text) LANGUAGE plpgsql
SET TimeZone = 'UTC' AS $$
DECLARE
    here record;
BEGIN
    FOR here IN
        SELECT class.relname AS name,
            CASE WHEN EXISTS (
                SELECT 1 FROM pg_attribute
                WHERE attrelid = class.oid AND attname = 'pgh_id' AND NOT attisdropped
            ) THEN 'pgh_id' ELSE 'id' END AS key
        FROM pg_trigger JOIN pg_class class ON class.oid = tgrelid
        WHERE tgname = 'ground_audit_tell' ORDER BY class.relname
    LOOP
        RETURN QUERY EXECUTE format($q$
            SELECT e.id, %1$L::text, coalesce(t.id, e.facts->>'row'),
                CASE WHEN e.id IS NULL THEN 'untold' WHEN t.id IS NULL THEN 'removed'
                    ELSE 'changed' END
            FROM (
                SELECT content.%2$I::text AS id, ground_audit_digest(to_jsonb(content)) AS digest
                FROM %1$I content
            ) t FULL JOIN (
                SELECT * FROM ground_auditentry WHERE facts->>'table' = %1$L
            ) e ON e.facts->>'row' = t.id
            WHERE t.digest IS DISTINCT FROM e.facts->>'digest'
        $q$, here.name, here.key);
    END LOOP;
END $$;
