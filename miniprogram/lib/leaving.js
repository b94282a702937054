// Leaving, and what is left then. WeChat keeps a mini program that was closed in memory for up to
// half an hour and opens it again where it was; so what somebody saw has to be taken away here.

const { wish } = require("./asking");
const session = require("./session");

const FRONT = "/pages/front/front";
const LEFT = `${FRONT}?left=1`; // says nothing of what this is about
const AWAY_MAX_MS = 5 * 60 * 1000; // longer than a face check or choosing a chat takes

let era = 0;

/**
 * Leave now: who was here is forgotten, the page gives way to an empty one, and the mini program
 * closes. Vouchers stay: they are needed at the hall, and show no more than paper would.
 */
function leave() {
  session.forget();
  wx.reLaunch({ url: LEFT });
  wish("exitMiniProgram"); // within the tap, which WeChat asks for
}

/**
 * Somebody opens the mini program again, who may be somebody else: after a while the proof of
 * identity is over, and so is the era of what was opened with it. awayMs: for how long it was not
 * seen.
 */
function returned(awayMs) {
  if (awayMs < AWAY_MAX_MS) return;
  session.forget();
  era += 1;
}

/** Which era it is: a page of an earlier one has nothing to show any more. */
function currentEra() {
  return era;
}

function toFront() {
  wx.reLaunch({ url: FRONT });
}

module.exports = { leave, returned, currentEra, toFront };
