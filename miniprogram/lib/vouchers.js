// Vouchers kept on the telephone, so that they show without a network.
//
// Nothing is kept that the voucher does not show: no name but the masked ones, no number, no
// telephone. One is removed when its day is over, when its booking has ended, and on request.

const KEY = "vouchers";
const KEPT_MAX = 10;
const SHOWN = [
  ...["code", "qr", "service", "office", "address", "starts_at", "parties", "bring", "notes"],
];

/** All that are kept and not over, the next visit first. now: milliseconds. */
function kept(now = Date.now()) {
  const all = wx.getStorageSync(KEY);
  const live = (Array.isArray(all) ? all : []).filter((voucher) => expiryOf(voucher) > now);
  return live.sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
}

function find(code) {
  return kept().find((voucher) => voucher.code === code) || null;
}

function keep(voucher) {
  const shown = Object.fromEntries(SHOWN.map((name) => [name, voucher[name]]));
  shown.office = { name: voucher.office.name };
  shown.parties = voucher.parties.map(({ role, name_masked }) => ({ role, name_masked }));
  const others = kept().filter(({ code }) => code !== voucher.code);
  wx.setStorageSync(KEY, [shown, ...others].slice(0, KEPT_MAX));
}

function drop(code) {
  wx.setStorageSync(KEY, kept().filter((voucher) => voucher.code !== code));
}

function dropAll() {
  wx.removeStorageSync(KEY);
}

/** When the voucher's day is over, in milliseconds: HELI1.CODE.DAY.EXPIRY.SIGNATURE. */
function expiryOf(voucher) {
  return Number(String(voucher && voucher.qr).split(".")[3]) * 1000;
}

module.exports = { kept, find, keep, drop, dropAll };
