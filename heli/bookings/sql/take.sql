-- Take places for many requests at once: the only way in which a booking comes into being.
--
-- One array per field, one element per request, in order of arrival. Answers a row per request:
-- outcome 'taken' or 'replayed' with the booking's code, or what stands in the way; with 'taken' all
-- that its first answer tells of it, so that nobody has to read it again. Order of locks: slots by
-- id, then people by service and blind index, so that two batches cannot deadlock. A request that
-- fails leaves nothing behind and never fails its neighbours.
CREATE OR REPLACE FUNCTION bookings_take(
    r_at timestamptz[], r_booking uuid[], r_code text[], r_service text[], r_slot bigint[],
    r_person bytea[], r_key text[], r_digest bytea[], r_eligibility text[], r_predecessor uuid[],
    a_id uuid[], a_details bytea[], p_id uuid[], p_named bytea[], p_details bytea[]
) RETURNS TABLE (
    outcome text, code text, office_id text, office_name text, starts_at timestamptz,
    ends_at timestamptz, change_closes_at timestamptz, consent_deadline timestamptz
) LANGUAGE plpgsql
-- Plans are kept, and one made while the tables were small would read a large one from end to end.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    faults text[];
    claimed uuid[];
    granted uuid[];
BEGIN
    PERFORM 1 FROM slots_slot s WHERE s.id = ANY (r_slot) ORDER BY s.id FOR NO KEY UPDATE;

    -- Each request by itself: a replay, a fault, or null.
    SELECT array_agg(judged.fault ORDER BY judged.n) INTO faults FROM (
        SELECT r.n, CASE
            WHEN kept.id IS NOT NULL AND kept.request_digest = r.digest THEN 'replayed'
            WHEN kept.id IS NOT NULL THEN 'key_reused'
            WHEN s.id IS NULL THEN 'no_such_slot'
            WHEN s.service <> r.service THEN 'other_service'
            WHEN s.withdrawn_at IS NOT NULL THEN 'withdrawn'
            WHEN r.at >= s.closes_at THEN 'too_late'
            WHEN r.at < s.opens_at THEN 'not_open'
            WHEN r.partner IS NOT NULL AND r.at >= s.consent_closes_at THEN 'too_late'
            WHEN r.partner IS NOT NULL AND EXISTS (
                SELECT FROM bookings_lapse l
                WHERE l.person = r.person AND l.suspended_until > r.at
            ) THEN 'suspended'
            WHEN s.taken >= s.places THEN 'slot_full'
        END AS fault
        FROM unnest(r_at, r_service, r_slot, r_person, r_key, r_digest, p_id)
            WITH ORDINALITY AS r(at, service, slot, person, key, digest, partner, n)
        LEFT JOIN slots_slot s ON s.id = r.slot
        LEFT JOIN bookings_booking kept
            ON kept.asker = r.person AND kept.idempotency_key = r.key
    ) judged;

    -- Each person once per service: who already has an active booking drops out here.
    WITH claim AS (
        INSERT INTO bookings_party (
            id, booking_id, service, role, named, person, is_active, consented_at, details_sealed
        )
        SELECT r.party, r.booking, r.service, 'applicant', r.person, r.person, true, r.at, r.details
        FROM unnest(r_at, r_booking, r_service, r_person, a_id, a_details, faults)
            WITH ORDINALITY AS r(at, booking, service, person, party, details, fault, n)
        WHERE r.fault IS NULL
        ORDER BY r.service, r.person, r.n
        ON CONFLICT (service, person) WHERE is_active AND person IS NOT NULL DO NOTHING
        RETURNING booking_id
    )
    SELECT coalesce(array_agg(booking_id), '{}') INTO claimed FROM claim;

    -- The free places go to those who came first.
    SELECT coalesce(array_agg(ranked.booking), '{}') INTO granted FROM (
        SELECT r.booking, r.slot, row_number() OVER (PARTITION BY r.slot ORDER BY r.n) AS rank
        FROM unnest(r_booking, r_slot) WITH ORDINALITY AS r(booking, slot, n)
        WHERE r.booking = ANY (claimed)
    ) ranked
    JOIN slots_slot s ON s.id = ranked.slot
    WHERE ranked.rank <= s.places - s.taken;

    DELETE FROM bookings_party party
    WHERE party.booking_id = ANY (claimed) AND NOT party.booking_id = ANY (granted);

    WITH request AS (
        SELECT r.*, s.office_id, s.starts_at, CASE
            WHEN r.partner IS NOT NULL
            THEN bookings_consent_deadline(r.at, s.opens_at, s.consent_closes_at)
        END AS deadline
        FROM unnest(
            r_at, r_booking, r_code, r_service, r_slot, r_person, r_key, r_digest, r_eligibility,
            r_predecessor, p_id, p_named, p_details
        ) AS r(
            at, booking, code, service, slot, person, key, digest, eligibility,
            predecessor, partner, named, details
        )
        JOIN slots_slot s ON s.id = r.slot
        WHERE r.booking = ANY (granted)
    ), booking AS (
        INSERT INTO bookings_booking (
            id, code, service, office_id, slot_id, starts_at, state, taken_at, held_since,
            consent_deadline, asker, idempotency_key, request_digest, eligibility_shown, predecessor_id
        )
        SELECT r.booking, r.code, r.service, r.office_id, r.slot, r.starts_at,
               CASE WHEN r.partner IS NULL THEN 'confirmed' ELSE 'held' END,
               r.at, coalesce(old.held_since, r.at), r.deadline,
               r.person, r.key, r.digest, r.eligibility, r.predecessor
        FROM request r LEFT JOIN bookings_booking old ON old.id = r.predecessor
    ), partner AS (
        INSERT INTO bookings_party (
            id, booking_id, service, role, named, is_active, details_sealed
        )
        SELECT r.partner, r.booking, r.service, 'partner', r.named, true, r.details
        FROM request r WHERE r.partner IS NOT NULL
    ), happened AS (
        INSERT INTO bookings_bookingevent (booking_id, kind, at, by)
        SELECT r.booking, CASE WHEN r.partner IS NULL THEN 'BookingConfirmed' ELSE 'BookingHeld' END,
               r.at, 'applicant'
        FROM request r
    ), told AS (
        INSERT INTO ground_outboxevent (kind, payload, happened_at)
        SELECT CASE WHEN r.partner IS NULL THEN 'BookingConfirmed' ELSE 'BookingHeld' END,
               jsonb_build_object('code', r.code), r.at
        FROM request r
    )
    UPDATE slots_slot s SET taken = s.taken + added.places
    FROM (SELECT r.slot, count(*) AS places FROM request r GROUP BY r.slot) added
    WHERE s.id = added.slot;

    -- A retry that raced its first attempt lost its claim to it: by now it finds the booking.
    RETURN QUERY
    SELECT CASE
               WHEN r.booking = ANY (granted) THEN 'taken'
               WHEN r.fault IS NOT NULL THEN r.fault
               WHEN kept.id IS NOT NULL AND kept.request_digest = r.digest THEN 'replayed'
               WHEN kept.id IS NOT NULL THEN 'key_reused'
               WHEN r.booking = ANY (claimed) THEN 'slot_full'
               ELSE 'already_booked'
           END,
           coalesce(kept.code, r.code)::text, s.office_id::text, office.name::text,
           s.starts_at, s.ends_at, s.change_closes_at, kept.consent_deadline
    FROM unnest(r_booking, r_code, r_slot, r_person, r_key, r_digest, faults)
        WITH ORDINALITY AS r(booking, code, slot, person, key, digest, fault, n)
    LEFT JOIN bookings_booking kept ON kept.asker = r.person AND kept.idempotency_key = r.key
    LEFT JOIN slots_slot s ON s.id = r.slot AND r.booking = ANY (granted)
    LEFT JOIN places_office office ON office.id = s.office_id
    ORDER BY r.n;
END $$;
