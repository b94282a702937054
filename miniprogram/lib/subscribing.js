// Asking WeChat whether messages may be sent: one yes allows one message.

const { ask } = require("./asking");

const AT_ONCE_MAX = 3; // old WeChats ask for no more in one go
const SWITCHED_OFF = 20004;

// What WeChat answers for a template, and what the service is told. "filter": two templates have
// the same title, so that it was never asked; nothing is told.
const WORDS = {
  accept: "accept",
  acceptWithAlert: "accept",
  acceptWithAudio: "accept",
  acceptWithForcePush: "accept",
  reject: "reject",
  ban: "ban",
};

/**
 * Ask for these templates. To be called while a tap is handled, before anything is waited for.
 * Resolves to { answers } by template, or to { trouble }: "off" or "cannot".
 */
async function askFor(templateIds) {
  const tmplIds = templateIds.slice(0, AT_ONCE_MAX);
  try {
    const said = await ask("requestSubscribeMessage", { tmplIds });
    const answered = tmplIds.filter((id) => said[id] in WORDS);
    return { answers: Object.fromEntries(answered.map((id) => [id, WORDS[said[id]]])) };
  } catch (failure) {
    return { trouble: failure.errCode === SWITCHED_OFF ? "off" : "cannot" };
  }
}

module.exports = { askFor };
