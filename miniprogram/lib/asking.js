// wx's calls with success and fail, as promises. Looked up at the time of the call.

/** Ask WeChat for something. Rejects with what WeChat says, an object with errMsg. */
function ask(name, options = {}) {
  return new Promise((resolve, reject) => {
    wx[name]({ ...options, success: resolve, fail: reject });
  });
}

/** Whether this WeChat knows the call; old ones do not know all. */
function knows(name) {
  return typeof wx[name] === "function";
}

/** Ask for something that nobody waits for and that may fail. */
function wish(name, options = {}) {
  if (knows(name)) ask(name, options).catch(() => {});
}

module.exports = { ask, knows, wish };
