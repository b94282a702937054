// The service's API (docs/api.md) over wx.request.

const config = require("../config");
const { Broken, IdentityNeeded, NoAnswer, NoNetwork, Refused } = require("./errors");
const { language } = require("./preferences");
const { words } = require("./words");

const TIMEOUT_MS = 15000;
const LANGUAGES = { zh: "zh-CN", en: "en" };

/**
 * Ask the service. how: { token, body, key }: of whom, with what, under which Idempotency-Key.
 * Gives the answer's content, null where there is none. Rejects with a ServiceError.
 */
function request(method, path, how = {}) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${config.address}/api/v1${path}`,
      method,
      data: how.body,
      header: headers(how),
      timeout: TIMEOUT_MS,
      success: (answer) => settle(answer, resolve, reject),
      fail: (failure) => reject(unanswered(failure)),
    });
  });
}

function headers({ token, key }) {
  const given = { "Accept-Language": LANGUAGES[language()], "Content-Type": "application/json" };
  if (token) given.Authorization = `Bearer ${token}`;
  if (key) given["Idempotency-Key"] = key;
  return given;
}

function settle({ statusCode, data }, resolve, reject) {
  if (statusCode === 204) resolve(null);
  else if (statusCode < 300 && typeof data === "object") resolve(data);
  else if (statusCode >= 400 && data && typeof data.code === "string") reject(refused(statusCode, data));
  else reject(new Broken(words("errors").broken));
}

function refused(status, problem) {
  const Kind = problem.code === "identity_required" ? IdentityNeeded : Refused;
  return new Kind(status, problem);
}

function unanswered({ errMsg }) {
  const said = words("errors");
  return /timeout/i.test(errMsg || "") ? new NoAnswer(said.noAnswer) : new NoNetwork(said.noNetwork);
}

module.exports = { request };
