// What the reader chose of type and language; kept on the telephone, for this mini program alone.

const LARGE = "large";
const LANGUAGE = "language";
const LARGE_FROM_PX = 20; // WeChat's own type size from which large type is meant

/** Whether the reader wants large type: chosen here, else as in WeChat's own settings. */
function isLarge() {
  const chosen = wx.getStorageSync(LARGE);
  if (chosen !== "") return chosen === true;
  return (base().fontSizeSetting || 0) >= LARGE_FROM_PX;
}

function chooseLarge(isOn) {
  wx.setStorageSync(LARGE, isOn);
}

/** "zh" or "en": chosen here, else WeChat's own language. */
function language() {
  const chosen = wx.getStorageSync(LANGUAGE);
  if (chosen === "zh" || chosen === "en") return chosen;
  return String(base().language || "zh").startsWith("en") ? "en" : "zh";
}

function chooseLanguage(chosen) {
  wx.setStorageSync(LANGUAGE, chosen);
}

function base() {
  return typeof wx.getAppBaseInfo === "function" ? wx.getAppBaseInfo() : {};
}

module.exports = { isLarge, chooseLarge, language, chooseLanguage };
