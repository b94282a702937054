-- Hold a place in another slot for a proposed move. Answers null when it is held, else what stands
-- in the way, in the words of bookings_take.
CREATE OR REPLACE FUNCTION bookings_propose(
    proposal uuid, which uuid, new_slot bigint, asker text, asked_at timestamptz
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    s slots_slot;
    b bookings_booking;
    old slots_slot;
BEGIN
    SELECT * INTO b FROM bookings_booking WHERE id = which;
    SELECT * INTO old FROM slots_slot WHERE id = b.slot_id;
    SELECT * INTO s FROM slots_slot WHERE id = new_slot FOR NO KEY UPDATE;
    IF s.id IS NULL THEN RETURN 'no_such_slot'; END IF;
    IF s.service <> b.service THEN RETURN 'other_service'; END IF;
    IF s.withdrawn_at IS NOT NULL THEN RETURN 'withdrawn'; END IF;
    IF asked_at >= s.closes_at OR asked_at >= s.consent_closes_at THEN RETURN 'too_late'; END IF;
    IF asked_at < s.opens_at THEN RETURN 'not_open'; END IF;
    IF s.taken >= s.places THEN RETURN 'slot_full'; END IF;
    UPDATE slots_slot SET taken = taken + 1 WHERE id = s.id;
    INSERT INTO bookings_proposal (id, booking_id, slot_id, asked_by, asked_at, deadline, state)
    VALUES (proposal, which, new_slot, asker, asked_at,
            LEAST(bookings_consent_deadline(asked_at, s.opens_at, s.consent_closes_at),
                  old.consent_closes_at),
            'open');
    RETURN NULL;
END $$;

-- Make a proposed move: the booking takes over the place that the proposal holds, and its old
-- place is given back. Answers whether the proposal was open.
CREATE OR REPLACE FUNCTION bookings_swap(
    proposal uuid, at timestamptz, reappears_at timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    p bookings_proposal;
    old_slot bigint;
BEGIN
    UPDATE bookings_proposal SET state = 'accepted', ended_at = at
    WHERE id = proposal AND state = 'open' RETURNING * INTO p;
    IF p.id IS NULL THEN
        RETURN false;
    END IF;
    SELECT slot_id INTO old_slot FROM bookings_booking WHERE id = p.booking_id;
    UPDATE bookings_booking b
    SET slot_id = p.slot_id, office_id = s.office_id, starts_at = s.starts_at
    FROM slots_slot s WHERE b.id = p.booking_id AND s.id = p.slot_id;
    INSERT INTO slots_returnedplace (slot_id, reappears_at) VALUES (old_slot, reappears_at);
    RETURN true;
END $$;
