-- The audit is told of each row of these by a trigger, and of the rows that are there already.

CREATE TRIGGER ground_audit_tell AFTER INSERT ON hall_staffreading
    FOR EACH ROW EXECUTE FUNCTION ground_audit_tell('reading', '');
CREATE TRIGGER ground_audit_tell AFTER INSERT ON hall_outcome
    FOR EACH ROW EXECUTE FUNCTION ground_audit_tell('deed', 'record_outcome');
CREATE TRIGGER ground_audit_tell AFTER INSERT ON hall_checkin
    FOR EACH ROW EXECUTE FUNCTION ground_audit_tell('deed', 'check_in');

SET LOCAL TimeZone = 'UTC'; -- as in the trigger: a digest holds moments
SELECT ground_audit_append('reading', '', 'hall_staffreading', to_jsonb(content))
    FROM hall_staffreading content ORDER BY id;
SELECT ground_audit_append('deed', 'record_outcome', 'hall_outcome', to_jsonb(content))
    FROM hall_outcome content ORDER BY id;
SELECT ground_audit_append('deed', 'check_in', 'hall_checkin', to_jsonb(content))
    FROM hall_checkin content ORDER BY id;
