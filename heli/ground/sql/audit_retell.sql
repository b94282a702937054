-- Some rows of which the audit was told lose something when its time is over, such as a reason that
-- somebody typed. The audit is told of that, too: with the digest that the row had and the one that
-- it has from then on. A room joins with a guard that lets nothing else through, and:
--
--     CREATE TRIGGER ground_audit_retell AFTER UPDATE ON <table>
--         FOR EACH ROW EXECUTE FUNCTION ground_audit_retell(<what>);
--
-- A reading may say of which report it is.

DROP FUNCTION ground_audit_append(text, text, text, jsonb);
CREATE FUNCTION ground_audit_append(
    kind text, what text, told_by text, content jsonb, more jsonb DEFAULT '{}',
    by_whom text DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tracked text := regexp_replace(told_by, 'history$', '');
BEGIN
    INSERT INTO ground_auditentry (
        kind, actor, what, subject_kind, subject, office, reason, facts, at
    ) VALUES (
        kind,
        left(CASE
            WHEN by_whom IS NOT NULL THEN by_whom
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
            WHEN kind = 'reading' AND content->>'report_id' IS NOT NULL THEN 'report'
            WHEN content->>'ticket_id' IS NOT NULL THEN 'ticket'
            WHEN content->>'office_id' IS NOT NULL THEN 'office'
            ELSE ''
        END,
        left(coalesce(
            content->>'pgh_obj_id', content->>'booking_id', content->>'case_id',
            content->>'report_id', content->>'ticket_id', content->>'office_id', ''
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
        ) || more,
        coalesce((content->>'at')::timestamptz, ground_business_now())
    );
END $$;

CREATE OR REPLACE FUNCTION ground_audit_retell() RETURNS trigger LANGUAGE plpgsql
SET TimeZone = 'UTC' AS $$ -- as when it was told first: a digest holds moments
BEGIN
    PERFORM ground_audit_append(
        'deed', TG_ARGV[0], TG_TABLE_NAME,
        to_jsonb(NEW) - 'at', -- it is done now
        jsonb_build_object(
            'digest', ground_audit_digest(to_jsonb(NEW)),
            'instead_of', ground_audit_digest(to_jsonb(OLD))
        ),
        coalesce(nullif(current_setting('pghistory.context_metadata', TRUE), '')::jsonb->>'by', '')
    );
    RETURN NULL;
END $$;

-- Rows that are not what the audit was told last, and rows of which it was told nothing.
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
            ) THEN 'pgh_id' ELSE 'id' END AS key,
            EXISTS (
                SELECT 1 FROM pg_trigger
                WHERE tgrelid = class.oid AND tgname = 'ground_audit_retell'
            ) AS is_retold
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
                SELECT * FROM ground_auditentry told WHERE told.facts->>'table' = %1$L
                AND NOT (%3$L::boolean AND EXISTS (
                    SELECT 1 FROM ground_auditentry later
                    WHERE later.facts->>'table' = %1$L
                    AND later.facts->>'row' = told.facts->>'row'
                    AND later.facts->>'instead_of' = told.facts->>'digest'
                    AND later.id > told.id
                ))
            ) e ON e.facts->>'row' = t.id
            WHERE t.digest IS DISTINCT FROM e.facts->>'digest'
        $q$, here.name, here.key, here.is_retold);
    END LOOP;
END $$;
