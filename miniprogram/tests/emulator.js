// The strings of the WeChat that the service talks to (heli/wechat/emulator/control.py).

const { sendJson } = require("./http");

/** Pull one: tell("mint_code", { app: "mini", openid }). Gives what it tells. */
async function tell(deed, how = {}) {
  const url = `${process.env.HELI_TEST_EMULATOR}/__control`;
  return (await sendJson(url, { do: deed, ...how })).told;
}

module.exports = { tell };
