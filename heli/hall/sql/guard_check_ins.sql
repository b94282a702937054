-- Who came, and whether somebody of the staff saw them: appended, never rewritten.

CREATE TRIGGER hall_guard_check_in BEFORE UPDATE OR DELETE ON hall_checkin
    FOR EACH ROW EXECUTE FUNCTION hall_guard_record();
