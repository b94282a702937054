-- Places given back reappear: the rows due by `due_by` go, and `taken` sinks by their number.
-- Returns how many places reappeared.
--
-- Slots are locked in id order, so that no two moves wait for each other in a circle. A slot that
-- somebody else has locked is left for the next round. Two jobs at once count nothing twice: a row
-- the other one has deleted is not deleted again, and only deleted rows are counted.
--
-- The slots stand in an array, so that each is found by its id: how many are due is known to no
-- plan, and a join might read the whole table for a few.
CREATE OR REPLACE FUNCTION slots_reappear(due_by timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    due_slots bigint[];
    reappeared bigint;
BEGIN
    SELECT array_agg(locked.id) INTO due_slots FROM (
        SELECT slot.id FROM slots_slot AS slot
         WHERE slot.id = ANY (ARRAY(
             SELECT DISTINCT slot_id FROM slots_returnedplace WHERE reappears_at <= due_by
         ))
         ORDER BY slot.id
           FOR NO KEY UPDATE SKIP LOCKED
    ) AS locked;

    WITH gone AS (
        DELETE FROM slots_returnedplace
         WHERE slot_id = ANY (due_slots) AND reappears_at <= due_by
        RETURNING slot_id
    ), counted AS (
        SELECT slot_id, count(*) AS number FROM gone GROUP BY slot_id
    ), freed AS (
        UPDATE slots_slot AS slot SET taken = slot.taken - counted.number
          FROM counted WHERE slot.id = counted.slot_id
        RETURNING counted.number
    )
    SELECT coalesce(sum(number), 0) INTO reappeared FROM freed;
    RETURN reappeared;
END $$;
