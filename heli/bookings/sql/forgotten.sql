-- Who a booking is for never changes, but it may be forgotten: when the booking has ended or its
-- period is over, all that leads to a person is emptied, at once and for good. The row stays.
DROP TRIGGER IF EXISTS bookings_guard_word ON bookings_party;
CREATE TRIGGER bookings_guard_word BEFORE UPDATE ON bookings_party
    FOR EACH ROW WHEN (
        OLD.booking_id <> NEW.booking_id OR OLD.role <> NEW.role OR OLD.service <> NEW.service
        OR (OLD.consented_at IS NOT NULL AND OLD.consented_at IS DISTINCT FROM NEW.consented_at)
        OR (NEW.person IS NOT NULL AND NEW.person <> NEW.named)
        OR (
            (OLD.named <> NEW.named
             OR (OLD.person IS NOT NULL AND OLD.person IS DISTINCT FROM NEW.person))
            AND NOT (
                NEW.named = ''::bytea AND NEW.details_sealed = ''::bytea AND NOT NEW.is_active
                AND (OLD.person IS NULL) = (NEW.person IS NULL)
            )
        )
    )
    EXECUTE FUNCTION bookings_guard_word();
