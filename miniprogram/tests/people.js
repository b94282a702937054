// Fictional people, born 1880 to 1899, and what they do through the API, to bring about what a
// test only needs as given.

const { sendJson } = require("./http");

const COUNTY = "440106";
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK = "10X98765432";
const DAYS = 20 * 365;
const FIRST_MS = Date.UTC(1880, 0, 1);
const DAY_MS = 24 * 3600 * 1000;

/** Nobody who ever lived: { name, idNumber, phone }. */
function fictional({ isMale }) {
  const born = new Date(FIRST_MS + Math.floor(Math.random() * DAYS) * DAY_MS);
  const day = born.toISOString().slice(0, 10).replace(/-/g, "");
  const order = Math.floor(Math.random() * 500) * 2 + (isMale ? 1 : 0);
  const body = `${COUNTY}${day}${String(order).padStart(3, "0")}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * WEIGHTS[at], 0);
  return {
    name: isMale ? "赵示例" : "钱样本",
    idNumber: body + CHECK[sum % 11],
    phone: `1390000${String(Math.floor(Math.random() * 10000)).padStart(4, "0")}`,
  };
}

/** Two who may marry or divorce. */
function couple() {
  return [fictional({ isMale: true }), fictional({ isMale: false })];
}

function api(path) {
  return `${process.env.HELI_TEST_ADDRESS}/api/v1${path}`;
}

function as(person) {
  return { Authorization: `Bearer ${person.token}` };
}

/** The person with a token of the simulated check. */
async function verified(person) {
  const claim = { name: person.name, id_number: person.idNumber, phone: person.phone };
  const proof = await sendJson(api("/identity/verifications"), { ...claim, method: "simulated" });
  return { ...person, token: proof.token };
}

/** Free times of the demo's office with staff, at an office's own hours. */
async function freeSlots(service = "divorce_application") {
  const found = await sendJson(api(`/offices/demo-guangzhou/availability?service=${service}`));
  return found.days.flatMap(({ slots }) => slots).filter(({ left }) => left > 1);
}

/** A booking of the applicant's that names the partner: held, waiting for the partner. */
async function book(applicant, partner, { slot, service = "divorce_application" } = {}) {
  const free = slot || (await freeSlots(service))[0];
  return sendJson(
    api("/bookings"),
    {
      service,
      slot_id: free.id,
      applicant: { phone: applicant.phone },
      partner: { name: partner.name, id_number: partner.idNumber },
    },
    { ...as(applicant), "Idempotency-Key": `${applicant.idNumber}-${free.id}` },
  );
}

const consent = (person, code) => sendJson(api(`/bookings/${code}/consent`), {}, as(person));
const cancel = (person, code) => sendJson(api(`/bookings/${code}/cancel`), {}, as(person));
const move = (person, code, slot) =>
  sendJson(api(`/bookings/${code}/reschedule`), { slot_id: slot.id }, as(person));
const voucher = (person, code) =>
  sendJson(api(`/bookings/${code}/voucher`), undefined, as(person));
const read = (person, code) => sendJson(api(`/bookings/${code}`), undefined, as(person));

/** Move business time to a moment (RFC 3339), for every test that comes after, too. */
const moveClockTo = (to) => sendJson(api("/demo/clock"), { to });

/** A booking whose two have agreed: { applicant, partner, booking }. */
async function agreedCouple(how) {
  const [one, other] = couple();
  const [applicant, partner] = [await verified(one), await verified(other)];
  const { code } = await book(applicant, partner, how);
  return { applicant, partner, booking: await consent(partner, code) };
}

/** What is asked for, as soon as there is some of it: the service sends in its own time. */
async function until(ask, tries = 900) {
  for (let left = tries; left > 0; left -= 1) {
    const found = await ask();
    if (found.length) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it never came");
}

module.exports = {
  agreedCouple,
  book,
  cancel,
  consent,
  couple,
  freeSlots,
  move,
  moveClockTo,
  read,
  until,
  verified,
  voucher,
};
