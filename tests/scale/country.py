"""A country of offices, written straight into the tables, as years would have left them.

An office has a thousand slots, eight a day on the 125 days around a moment, and two hundred
bookings. The rows of a day lie side by side, those of an office far apart. Names and numbers are
random bytes, which nobody can open.
"""

from __future__ import annotations

from datetime import datetime

SLOTS_PER_OFFICE = 1000
BOOKINGS_PER_OFFICE = 200


def name_of(number: int) -> str:
    """The id of an office, counted from 1."""
    return f"country-{number}"


def offices_sql(*, count: int, at: datetime) -> str:
    """The offices, generated for and planned on the day of `at`."""
    return f"""
INSERT INTO places_office (id, name, region_id, address, hours_text, services, source, as_of,
    confidence, is_bookable)
SELECT 'country-' || n, '演示第' || n || '婚姻登记处', '440106', '演示路1号', '周一至周五', '{{}}',
       'tests', '2026', 'high', true
  FROM generate_series(1, {count}) n;
INSERT INTO slots_slotgeneration (office_id, generated_on, rules_digest)
SELECT 'country-' || n, {_today(at)}, '' FROM generate_series(1, {count}) n;
INSERT INTO cases_applicationplan (office_id, planned_on, days)
SELECT 'country-' || n, {_today(at)}, '[]' FROM generate_series(1, {count}) n;
"""


def slots_sql(*, offices: int, at: datetime, places: int) -> str:
    """The slots of the first so many offices: 65 days before the day of `at`, it, 59 after it.

    What begins more than 45 days later is not released. Of every fifth slot two places are taken:
    by a booking and by a place on its way back.
    """
    return f"""
INSERT INTO slots_slot (office_id, service, starts_at, ends_at, places, taken, opens_at, closes_at,
    consent_closes_at, change_closes_at)
SELECT 'country-' || n,
       CASE WHEN k < 4 THEN 'divorce_application' ELSE 'divorce_certificate' END,
       start, start + interval '40 minutes', {places}, 2 * ((n + d + k + 65) % 5 = 0)::int,
       midnight - interval '45 days' + interval '9 hours', midnight,
       start - interval '2 hours', start - interval '1 day'
  FROM generate_series(-65, 59) d,
       generate_series(1, {offices}) n,
       generate_series(0, 7) k,
       LATERAL (SELECT ({_today(at)} + d)::timestamp AT TIME ZONE 'Asia/Shanghai') m(midnight),
       LATERAL (SELECT midnight + interval '9 hours' + k * interval '1 hour') s(start);
"""


def bookings_sql(*, first: int = 1, last: int, at: datetime) -> str:
    """A booking in every taken slot of the offices from `first` to `last`.

    Of people who came, who are awaited, and who still wait for an answer. Leaves the table `wanted`
    with a row for each.
    """
    return f"""
CREATE TABLE wanted AS
SELECT slot.id - (SELECT min(id) - 1 FROM slots_slot) AS n,
       slot.id AS slot_id, office_id, service, starts_at,
       ('{at.isoformat()}'::timestamptz) AS at, gen_random_uuid() AS id,
       CASE WHEN starts_at < '{at.isoformat()}' THEN 'served' WHEN slot.id % 3 = 0 THEN 'held'
            ELSE 'confirmed' END AS state
  FROM slots_slot slot
  JOIN generate_series({first}, {last}) number ON office_id = 'country-' || number
 WHERE taken > 0;
INSERT INTO bookings_booking (id, code, service, office_id, slot_id, starts_at, state, taken_at,
    held_since, consent_deadline, ended_at, asker, idempotency_key, request_digest)
SELECT id, upper(left(md5(n::text), 12)), service, office_id, slot_id, starts_at, state,
       at - interval '5 hours', at - interval '5 hours',
       CASE WHEN state = 'held' THEN at + interval '18 hours' + n * interval '1 millisecond' END,
       CASE WHEN state = 'served' THEN starts_at END,
       sha256(('applicant' || n)::bytea), id::text, sha256('asked'::bytea)
  FROM wanted ORDER BY n;
INSERT INTO bookings_party (id, booking_id, service, role, named, person, is_active, consented_at,
    details_sealed)
SELECT gen_random_uuid(), id, service, role, sha256((role || n)::bytea),
       CASE WHEN agreed THEN sha256((role || n)::bytea) END, state <> 'served',
       CASE WHEN agreed THEN at END, sha256(n::text::bytea) || sha256(role::bytea)
  FROM wanted, LATERAL (VALUES ('applicant', true), ('partner', state <> 'held')) p(role, agreed)
 ORDER BY n, role;
INSERT INTO bookings_bookingevent (booking_id, kind, at, by)
SELECT id, 'BookingHeld', at, 'applicant' FROM wanted ORDER BY n;
INSERT INTO ground_outboxevent (kind, payload, happened_at, delivered_at)
SELECT 'BookingHeld', '{{}}', at, at FROM wanted ORDER BY n;
"""


def later_sql() -> str:
    """What comes of the bookings: moves, returned places, lapses, cases, notices, visits."""
    return """
INSERT INTO bookings_proposal (id, booking_id, slot_id, asked_by, asked_at, deadline, state,
    ended_at)
SELECT gen_random_uuid(), id, slot_id, 'applicant', at, at + interval '20 hours',
       CASE WHEN is_open THEN 'open' ELSE 'declined' END, CASE WHEN NOT is_open THEN at END
  FROM wanted, LATERAL (SELECT state = 'confirmed' AND n % 20 = 0) o(is_open);
INSERT INTO slots_returnedplace (slot_id, reappears_at)
SELECT slot_id, at + n * interval '1 second' FROM wanted;
INSERT INTO bookings_lapse (booking_id, person, at)
SELECT id, sha256(('applicant' || n)::bytea), at FROM wanted;
INSERT INTO cases_case (id, office_id, receipt_on, received_at, state, window_opens_at,
    window_closes_at, certificate_number, ended_at)
SELECT id, office_id, at::date, at,
       CASE n % 40 WHEN 0 THEN 'cooling_off' WHEN 1 THEN 'window_open' ELSE 'withdrawn' END,
       at + interval '30 days', at + interval '60 days', NULL,
       CASE WHEN n % 40 > 1 THEN at END
  FROM wanted;
INSERT INTO cases_caseparty (id, case_id, role, person, is_open, name_sealed, id_number_sealed)
SELECT gen_random_uuid(), id, role, sha256((role || n)::bytea), n % 40 < 2, '', ''
  FROM wanted, LATERAL (VALUES ('applicant'), ('partner')) p(role);
INSERT INTO cases_caseevent (case_id, kind, at, by, details)
SELECT id, 'CaseOpened', at, 'office', '{}' FROM wanted;
INSERT INTO cases_certificateplace (booking_id, case_id, is_added) SELECT id, id, false FROM wanted;
INSERT INTO notices_notice (person, kind, booking_code, facts, once, created_at)
SELECT sha256(('applicant' || n)::bytea), 'confirmed', 'CODE', '{}', 'once' || n, at FROM wanted;
INSERT INTO notices_sending (notice_id, way, sent_at)
SELECT id, 'console', created_at FROM notices_notice;
INSERT INTO hall_staff (username, password, role, office_id, is_active, created_at)
SELECT 'clerk-' || id, '!', 'clerk', id, true, now() FROM places_office;
INSERT INTO hall_checkin (booking_id, role, "on", checked_in_at, by_id)
SELECT wanted.id, 'applicant', starts_at::date, starts_at, staff.id
  FROM wanted JOIN hall_staff staff USING (office_id);
INSERT INTO hall_ticket (office_id, service, "on", number, present, booking_id, case_id, state,
    issued_at, issued_by_id, called_at, served_at)
SELECT wanted.office_id, service, starts_at::date, n, '{applicant}', wanted.id, wanted.id, 'served',
       at, staff.id, at, at
  FROM wanted JOIN hall_staff staff USING (office_id);
"""


def _today(at: datetime) -> str:
    return f"('{at.isoformat()}'::timestamptz AT TIME ZONE 'Asia/Shanghai')::date"
