-- Until when the other party may agree: the earliest of 24 hours, the office's cut-off before the
-- slot, and 30 minutes for a place released within the last hour (docs: heli/bookings/rules.py).
CREATE OR REPLACE FUNCTION bookings_consent_deadline(
    held_at timestamptz, opens_at timestamptz, consent_closes_at timestamptz
) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT LEAST(
        held_at + interval '24 hours',
        consent_closes_at,
        CASE WHEN held_at < opens_at + interval '1 hour' THEN held_at + interval '30 minutes' END
    )
$$;
