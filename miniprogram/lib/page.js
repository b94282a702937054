// What all pages have in common: words, type size, leaving at once, and how an error is shown.

const { wish } = require("./asking");
const { IdentityNeeded, ServiceError } = require("./errors");
const leaving = require("./leaving");
const preferences = require("./preferences");
const session = require("./session");
const { words } = require("./words");

/**
 * A page. name: of its words. Its `data` has them as `w`, the class of large type as `large`,
 * whether something is under way as `busy`, and what went wrong as `error`. begin(options) is
 * called when it opens, say() when the words change, again() when all of it has to be said again
 * (otherwise onShow). staysOpen: whether it may still show to whoever opens the mini program after
 * a while. Without onShareAppMessage WeChat offers no sharing.
 */
function page(name, { data = {}, begin, staysOpen = false, methods = {} }) {
  Component({
    options: { addGlobalClass: true },
    data: { w: {}, large: "", busy: false, error: "", ...data },
    methods: {
      ...common(name, begin),
      ...methods,
      onShow() {
        if (this.era !== leaving.currentEra() && !staysOpen) leaving.toFront();
        else if (methods.onShow) return methods.onShow.call(this);
        return undefined;
      },
    },
  });
}

function common(name, begin) {
  return {
    onLoad(options) {
      this.era = leaving.currentEra();
      this.speak();
      if (begin) begin.call(this, options || {});
    },
    /** Words, type and title as the reader wants them now. */
    speak() {
      const w = words(name);
      this.setData({ w, large: preferences.isLarge() ? "large" : "" });
      wish("setNavigationBarTitle", { title: w.title });
      if (this.say) this.say();
    },
    /** The reader chose another type or language: what was said in the old one is taken back. */
    changed() {
      this.setData({ error: "", said: "" });
      this.speak();
      if (this.again) this.again();
      else this.onShow();
    },
    /** Do something that may take a moment, once at a time; what goes wrong is shown. */
    async busily(deed) {
      if (this.data.busy) return;
      this.setData({ busy: true, error: "" });
      try {
        await deed();
      } catch (error) {
        this.fail(error);
      } finally {
        this.setData({ busy: false });
      }
    },
    fail(error) {
      if (error instanceof IdentityNeeded) session.forgetProof();
      this.setData({ error: sentenceOf(error) });
    },
  };
}

/** What went wrong, for the reader. What WeChat itself says is for developers. */
function sentenceOf(error) {
  if (error instanceof ServiceError) return error.sentence;
  console.error(error.errMsg || error);
  return words("errors").other;
}

/** Open a page of the mini program. */
function open(name, query = {}) {
  wx.navigateTo({ url: addressOf(name, query) });
}

/** Open a page of the service in the web-view. path: such as /places. */
function openWeb(path) {
  open("web", { path });
}

/** Prove who one is first; it leads back to the page that asked. */
function openIdentity() {
  open("identity");
}

function addressOf(name, query = {}) {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `/pages/${name}/${name}${pairs.length ? `?${pairs.join("&")}` : ""}`;
}

module.exports = { page, open, openWeb, openIdentity, addressOf };
