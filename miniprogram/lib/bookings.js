// A booking of the API as a page shows it, for the one of the two who is looking.

const { inGroups } = require("./codes");
const { momentInWords } = require("./moments");
const { words } = require("./words");

const OF_A_DIVORCE = ["divorce_application", "divorce_certificate", "divorce_withdrawal"];
const WITH_VOUCHER = ["confirmed", "checked_in"];

/** Whether the booking, or a proposed move of it, waits for the one who is looking. */
function awaitsMe({ state, me, proposal }) {
  if (proposal) return proposal.asked_by !== me;
  return state === "held" && me === "partner";
}

/** Whether it waits for the other one, who has to be sent the card. */
function awaitsOther({ state, me }) {
  return state === "held" && me === "applicant";
}

/** What a page says of it. */
function shown(booking) {
  return {
    code: booking.code,
    groups: inGroups(booking.code),
    service: words("services")[booking.service],
    isOfADivorce: OF_A_DIVORCE.includes(booking.service),
    when: momentInWords(booking.slot.starts_at),
    office: booking.office.name,
    asker: booking.parties[0].name_masked,
    state: stateOf(booking),
    deadline: booking.consent ? momentInWords(booking.consent.deadline) : "",
  };
}

/** A proposed move, old and new side by side. */
function shownMove({ slot, office, proposal }) {
  return {
    old: { when: momentInWords(slot.starts_at), office: office.name },
    new: { when: momentInWords(proposal.slot.starts_at), office: proposal.office.name },
    deadline: momentInWords(proposal.deadline),
  };
}

/** Its state in a word or two. */
function stateOf(booking) {
  const said = words("mine");
  const states = words("states");
  if (booking.proposal) return awaitsMe(booking) ? said.moveWaits : said.moveAsked;
  if (awaitsMe(booking)) return said.waits;
  const isMyNo = booking.state === "declined" && booking.me === "partner";
  return isMyNo ? states.declined_by_me : states[booking.state];
}

/** Where a tap on it leads: { name, query } of a page here, or { path } of one of the service. */
function placeOf(booking) {
  const { code, state } = booking;
  if (awaitsMe(booking) || awaitsOther(booking)) return { name: "consent", query: { code } };
  if (WITH_VOUCHER.includes(state)) return { name: "voucher", query: { code } };
  return { path: `/my/${code}` };
}

module.exports = { awaitsMe, awaitsOther, shown, shownMove, placeOf };
