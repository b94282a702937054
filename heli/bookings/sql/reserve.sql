-- Take a certificate place for both parties of a case: born confirmed, since both signed for it in
-- person. With may_add a full slot gets one place more: the statute outranks the quota. Answers
-- 'taken', 'added', or what stands in the way, in the words of bookings_take.
CREATE OR REPLACE FUNCTION bookings_reserve(
    at timestamptz, new_booking uuid, new_code text, which_slot bigint, key text, digest bytea,
    may_add boolean,
    a_id uuid, a_person bytea, a_details bytea, p_id uuid, p_person bytea, p_details bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s slots_slot;
    outcome text := 'taken';
BEGIN
    SELECT * INTO s FROM slots_slot WHERE id = which_slot FOR NO KEY UPDATE;
    IF s.id IS NULL THEN RETURN 'no_such_slot'; END IF;
    IF s.service <> 'divorce_certificate' THEN RETURN 'other_service'; END IF;
    IF s.withdrawn_at IS NOT NULL THEN RETURN 'withdrawn'; END IF;
    IF at >= s.starts_at THEN RETURN 'too_late'; END IF;
    IF s.taken >= s.places THEN
        IF NOT may_add THEN RETURN 'slot_full'; END IF;
        outcome := 'added';
    END IF;
    UPDATE slots_slot SET taken = taken + 1,
        places = CASE WHEN outcome = 'added' THEN places + 1 ELSE places END
    WHERE id = s.id;
    INSERT INTO bookings_booking (
        id, code, service, office_id, slot_id, starts_at, state, taken_at, held_since, asker,
        idempotency_key, request_digest
    ) VALUES (
        new_booking, new_code, s.service, s.office_id, s.id, s.starts_at, 'confirmed', at, at,
        a_person, key, digest
    );
    INSERT INTO bookings_party (
        id, booking_id, service, role, named, person, is_active, consented_at, details_sealed
    ) VALUES
        (a_id, new_booking, s.service, 'applicant', a_person, a_person, true, at,
         a_details),
        (p_id, new_booking, s.service, 'partner', p_person, p_person, true, at,
         p_details);
    RETURN outcome;
END $$;
