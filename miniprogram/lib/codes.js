// A booking's code, and what a scanned or opened address says. The service judges both; here what
// cannot be one is told apart, so that it can be said at once.

const CODE = /^[34679ACDEFGHJKMNPRTWXY2]{12}$/; // heli/bookings/codes.py
const ADDRESS = /^https?:\/\/[^/?#]+(\/[^?#]*)/;
const TOKEN_MAX = 4096;

/** The code as the service writes it, or "" for what cannot be one. */
function cleanCode(text) {
  const code = String(text || "").replace(/[\s-]/g, "").toUpperCase();
  return CODE.test(code) ? code : "";
}

/** The code in groups of four, as people read it. */
function inGroups(code) {
  return code.match(/.{1,4}/g).join(" ");
}

/** The token of the hall's code, whose text is the service's address /in/TOKEN; "" for others. */
function hallToken(text) {
  const token = behind(text, "/in/");
  return token.length <= TOKEN_MAX ? token : "";
}

/** The code a page was opened with: by a card (code) or by scanning a link's QR code (q). */
function codeOf({ code, q }) {
  return cleanCode(code ? decoded(code) : behind(decoded(q), "/c/"));
}

/** What stands behind `start` in an address's path, up to the next slash; "" for another path. */
function behind(text, start) {
  const found = ADDRESS.exec(String(text || "").trim());
  if (!found || !found[1].startsWith(start)) return "";
  return found[1].slice(start.length).split("/")[0];
}

/** What WeChat gives a page is percent-encoded; what cannot be decoded is nothing. */
function decoded(text) {
  try {
    return decodeURIComponent(text || "");
  } catch {
    return "";
  }
}

module.exports = { cleanCode, inGroups, hallToken, codeOf, decoded };
