-- Places given back reappear: the rows due by `due_by` go, and `taken` sinks by their number.
-- Returns how many places reappeared.
--
-- Slots are locked in id order, so that no two moves wait for each other in a circle. A slot that
-- somebody else has locked is left for the next round. Two jobs at once count nothing twice: a row
-- the other one has deleted is not deleted again, and only deleted rows are counted.
CREATE OR REPLACE FUNCTION slots_reappear(due_by timestamptz) RETURNS bigint
LANGUAGE sql AS $$
  WITH due_slot AS (
    SELECT slot.id
      FROM slots_slot AS slot
     WHERE slot.id IN (SELECT slot_id FROM slots_returnedplace WHERE reappears_at <= due_by)
     ORDER BY slot.id
       FOR NO KEY UPDATE SKIP LOCKED
  ), reappeared AS (
    DELETE FROM slots_returnedplace AS returned
     USING due_slot
     WHERE returned.slot_id = due_slot.id
       AND returned.reappears_at <= due_by
    RETURNING returned.slot_id
  ), counted AS (
    SELECT slot_id, count(*) AS number FROM reappeared GROUP BY slot_id
  ), freed AS (
    UPDATE slots_slot AS slot
       SET taken = slot.taken - counted.number
      FROM counted
     WHERE slot.id = counted.slot_id
    RETURNING counted.number
  )
  SELECT coalesce(sum(number), 0)::bigint FROM freed
$$;
