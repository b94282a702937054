// WeChat's face check: begun here, judged by the service alone.

const { knows } = require("./asking");

// wx.requestFacialVerify's errCode, in groups by what the person can do.
// Source: developers.weixin.qq.com, face verification 2.0, codes of the front end.
const GROUPS = [
  ["cancelled", [90002, 90003, 90004, 90005, 90006]],
  ["network", [90007, 90012]],
  ["permission", [90008, 90009, 90010]],
  ["device", [90001, 90109]],
  ["capture", [90011, 90013, 90014, 90017, 90107]],
];

/** Why a check did not end, as a name among the words: a code nobody knows is "again". */
function reasonOf(errCode) {
  const found = GROUPS.find(([, codes]) => codes.includes(errCode));
  return found ? found[0] : "again";
}

/**
 * Let WeChat look. Resolves to "" when it ended (whether it passed, only the service knows), else
 * to the reason. It knows no promises of its own.
 */
function look(verifyId) {
  if (!knows("requestFacialVerify")) return Promise.resolve("old");
  return new Promise((resolve) => {
    wx.requestFacialVerify({
      verifyId,
      success: () => resolve(""),
      fail: ({ errCode }) => resolve(reasonOf(errCode)),
    });
  });
}

module.exports = { look, reasonOf };
