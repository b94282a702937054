// A screen that a scanner at the desk can read: bright and awake while the QR code shows, and as
// it was afterwards.

const { ask, wish } = require("./asking");

const BRIGHTEST = 1;

let before = null; // the reader's own brightness, while ours is on

async function brighten() {
  wish("setKeepScreenOn", { keepScreenOn: true });
  if (before !== null) return;
  before = -1; // Android's word for "as the system has it"
  try {
    const { value } = await ask("getScreenBrightness");
    if (before === null) return; // the page was left meanwhile
    before = value;
  } catch {
    // Then the system decides afterwards.
  }
  wish("setScreenBrightness", { value: BRIGHTEST });
}

function restore() {
  wish("setKeepScreenOn", { keepScreenOn: false });
  if (before === null) return;
  wish("setScreenBrightness", { value: before });
  before = null;
}

module.exports = { brighten, restore };
