// Leaving, and what is left then. WeChat keeps a mini program that was closed in memory for up to
// half an hour and opens it again where it was; so what somebody saw has to be taken away here.

const { wish } = require("./asking");
const session = require("./session");

const FRONT = "pages/front/front";
const LEFT = `/${FRONT}?left=1`; // says nothing of what this is about
const VOUCHER = "pages/voucher/voucher"; // shown at the hall, where one waits
const AWAY_MAX_MS = 5 * 60 * 1000; // longer than a face check or choosing a chat takes

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
 * identity is over, and what was open is closed but for a voucher. awayMs: for how long it was not seen.
 */
function returned(awayMs) {
  if (awayMs < AWAY_MAX_MS) return;
  session.forget();
  const pages = getCurrentPages();
  const { route, code } = pages[pages.length - 1];
  if (route === VOUCHER) wx.reLaunch({ url: `/${VOUCHER}?code=${code}` });
  else if (route !== FRONT || pages.length > 1) wx.reLaunch({ url: `/${FRONT}` });
}

module.exports = { leave, returned };
