-- End a booking that holds a place. With reappears_at the place is given back: it stays counted in
-- slots_slot.taken as a returned place until that moment. Without (served, no_show) it was used.
-- An open proposal ends with the booking, and its place is given back the same way.
-- Answers whether the booking was active and has ended now.
CREATE OR REPLACE FUNCTION bookings_give_back(
    which uuid, target text, at timestamptz, reappears_at timestamptz,
    proposal_reappears_at timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held_slot bigint;
BEGIN
    UPDATE bookings_booking b SET state = target, ended_at = at
    WHERE b.id = which AND b.ended_at IS NULL
    RETURNING b.slot_id INTO held_slot;
    IF held_slot IS NULL THEN
        RETURN false;
    END IF;
    UPDATE bookings_party p SET is_active = false WHERE p.booking_id = which;
    IF reappears_at IS NOT NULL THEN
        INSERT INTO slots_returnedplace (slot_id, reappears_at) VALUES (held_slot, reappears_at);
    END IF;
    PERFORM bookings_end_proposal(p.id, 'withdrawn', at, proposal_reappears_at)
    FROM bookings_proposal p WHERE p.booking_id = which AND p.state = 'open';
    RETURN true;
END $$;

-- End an open proposal without a move: the place it held in the new slot is given back.
CREATE OR REPLACE FUNCTION bookings_end_proposal(
    which uuid, target text, at timestamptz, reappears_at timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held_slot bigint;
BEGIN
    UPDATE bookings_proposal p SET state = target, ended_at = at
    WHERE p.id = which AND p.state = 'open'
    RETURNING p.slot_id INTO held_slot;
    IF held_slot IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO slots_returnedplace (slot_id, reappears_at) VALUES (held_slot, reappears_at);
    RETURN true;
END $$;
