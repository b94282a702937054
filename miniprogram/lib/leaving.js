// Leave now: who was here is forgotten, and the mini program closes.

const { knows } = require("./asking");
const session = require("./session");

const FRONT = "/pages/front/front";

/** Vouchers stay: they are needed at the hall, and show no more than a piece of paper would. */
function leave() {
  session.forget();
  const front = () => wx.reLaunch({ url: FRONT });
  if (knows("exitMiniProgram")) wx.exitMiniProgram({ fail: front });
  else front();
}

module.exports = { leave };
