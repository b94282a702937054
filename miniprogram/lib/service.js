// What the mini program asks the service for, one function an endpoint.

const { request } = require("./api");

module.exports = {
  /** { token, expires_at, bound } for a code of wx.login. */
  openSession: (jsCode) => request("POST", "/wechat/session", { body: { js_code: jsCode } }),

  /** { phone } for a code of the telephone button. */
  phoneOf: (code, token) => request("POST", "/wechat/phone", { token, body: { code } }),

  /** The account is the person's from now on: they read their own in it. */
  bind: (identity, token) => request("POST", "/wechat/bind", { token, body: { identity_token: identity } }),

  /** The account is nobody's any more. */
  letGo: (token) => request("DELETE", "/wechat/bind", { token }),

  /** { url } of a page of the service, for the web-view, once. */
  handOver: (path, identity, token) =>
    request("POST", "/wechat/handover", {
      token,
      body: identity ? { path, identity_token: identity } : { path },
    }),

  templates: (token) => request("GET", "/wechat/templates", { token }),

  sayAnswers: (answers, token) =>
    request("POST", "/wechat/subscriptions", { token, body: { answers } }),

  /** What people have to be told of their data, in both languages: [{ purpose, version, … }]. */
  consentTexts: () => request("GET", "/my-data/consent-texts"),

  /** { id, handle } to go on with in WeChat, or { token, expires_at } at once. */
  verify: (claim, token) => request("POST", "/identity/verifications", { token, body: claim }),

  /** { token, expires_at } once the check has passed. */
  resultOf: (id, token) =>
    request("POST", `/identity/verifications/${encodeURIComponent(id)}/result`, { token }),

  bookings: (token) => request("GET", "/bookings", { token }),

  booking: (code, token) => request("GET", `/bookings/${code}`, { token }),

  consent: (code, giveBackOwn, token) =>
    request("POST", `/bookings/${code}/consent`, { token, body: { give_back_own: giveBackOwn } }),

  decline: (code, token) => request("POST", `/bookings/${code}/decline`, { token }),

  voucher: (code, token) => request("GET", `/bookings/${code}/voucher`, { token }),

  checkIn: (hall, token) => request("POST", "/check-in", { token, body: { hall } }),
};
