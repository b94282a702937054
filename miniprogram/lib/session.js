// Who is using this WeChat: the session of the account, and the proof of identity of the hour.
//
// Both live in memory alone. The session is silent to get again; the proof must not outlive the
// moment in which its owner holds the telephone, so leaving and being away end it (leaving.js).

const { ask } = require("./asking");
const { IdentityNeeded } = require("./errors");
const service = require("./service");

const SPARE_MS = 60 * 1000; // what expires within a minute counts as expired

let session = null; // { token, expires_at, bound }
let opening = null; // the promise of a session that is being opened
let proof = null; // { token, expires_at }

/** The session of this WeChat account; opened silently. Rejects with a ServiceError. */
function account() {
  if (isLive(session)) return Promise.resolve(session);
  opening = opening || open().finally(() => (opening = null));
  return opening;
}

async function open() {
  const { code } = await ask("login");
  session = await service.openSession(code);
  return session;
}

/**
 * Do something with the account's token; once more with a new session where the service no longer
 * knows this one.
 */
async function asAccount(deed) {
  try {
    return await deed((await account()).token);
  } catch (error) {
    if (!(error instanceof IdentityNeeded)) throw error;
    session = null;
    return deed((await account()).token);
  }
}

/** The token of a real-name check within the hour, or "". What is needed to give one's word. */
function proofToken() {
  return isLive(proof) ? proof.token : "";
}

function remember(proven) {
  proof = proven;
}

/** From now on this account is the person's who has just proven who they are. */
async function bind() {
  await asAccount((token) => service.bind(proofToken(), token));
  session.bound = true;
}

/** The account is nobody's any more, and nobody is known here. */
async function letGo() {
  await asAccount((token) => service.letGo(token));
  forget();
}

/** A token that reads what is one's own: of the check, else of an account that is bound; or "". */
async function readingToken() {
  if (proofToken()) return proofToken();
  const { token, bound } = await account();
  return bound ? token : "";
}

/** Forget who was here. */
function forget() {
  session = null;
  proof = null;
}

/** Forget a proof that the service no longer takes. */
function forgetProof() {
  proof = null;
}

function isLive(kept) {
  return kept !== null && Date.parse(kept.expires_at) - SPARE_MS > Date.now();
}

module.exports = {
  account, asAccount, bind, letGo, proofToken, remember, readingToken, forget, forgetProof,
};
