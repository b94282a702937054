// A telephone with WeChat and the mini program in it. Its pages are rendered by
// miniprogram-simulate, its wx.request goes over HTTP to the real service, and its wx.login has its
// codes from the WeChat that the service asks about them.

const path = require("path");
const simulate = require("miniprogram-simulate");
const exparser = require("miniprogram-exparser");

const { tell } = require("./emulator");
const { send } = require("./http");

const ROOT = path.resolve(__dirname, "..");
const STAGE = path.join(ROOT, "tests", "stage", "stage");

let phones = 0;

/** A new telephone whose owner nobody knows. how: { language, fontSizeSetting, without } */
function newPhone(how = {}) {
  phones += 1;
  const owner = `mini-${process.env.JEST_WORKER_ID}-${Date.now()}-${phones}`;
  return new Phone({ openid: how.openid || owner, ...how });
}

class Phone {
  constructor({ openid, language = "zh_CN", fontSizeSetting = 17, without = [] }) {
    Object.assign(this, { openid, language, fontSizeSetting });
    this.storage = new Map();
    this.network = "on"; // "off", "silent" (sent, and no answer), "hotel" (a page of somebody else)
    this.brightness = 0.4;
    this.staysAwake = false;
    this.face = { result: 10000 }; // what WeChat finds, or { errCode } where it does not end
    this.says = {}; // what the owner answers when asked for messages: by template, or { errCode }
    this.scans = []; // what the camera sees next; an Error where nothing was scanned
    this.calls = []; // numbers that were dialled
    this.asked = []; // paths that were asked for
    this.title = "";
    this.isClosed = false;
    this.waiting = 0;
    this.without = without;
  }

  /** Open the mini program anew, at a page: /pages/consent/consent?code=… */
  async launch(url = "/pages/front/front") {
    await this.close();
    jest.resetModules();
    this.take();
    require("../config").address = process.env.HELI_TEST_ADDRESS;
    this.stage = simulate.render(simulate.load(STAGE, "stage", { rootPath: ROOT }));
    this.stage.attach(document.body);
    this.isClosed = false;
    this.stack = [];
    require("../app");
    this.app.onShow();
    this.push(url);
    await this.settle();
  }

  /** The mini program is closed: nothing of it is left in memory. */
  async close() {
    if (!this.stage) return;
    this.hide();
    await this.settle();
    this.stage.detach();
    this.stage = null;
    this.stack = [];
  }

  /** wx and what belongs to it are this telephone's from now on. */
  take() {
    global.wx = withoutSome(this.wx(), this.without);
    global.App = (app) => {
      this.app = app;
    };
    global.getCurrentPages = () => this.stack;
  }

  // Pages

  push(url) {
    const [, name, query] = /^\/pages\/(\w+)\/\1(?:\?(.*))?$/.exec(url);
    this.hide();
    this.stack.push({ id: `${Date.now()}-${Math.random()}`.replace(/\W/g, ""), name, url });
    this.draw();
    // WeChat hands over the query as it stands, percent-encoded.
    const pairs = (query || "").split("&").filter(Boolean).map((pair) => pair.split("="));
    this.page.onLoad(Object.fromEntries(pairs));
    this.show();
  }

  pop() {
    if (this.stack.length < 2) return;
    if (this.page.onUnload) this.page.onUnload();
    this.stack.pop();
    this.draw();
    this.show();
  }

  clear() {
    for (; this.stack.length; this.stack.pop()) {
      const { page } = this;
      if (page && page.onUnload) page.onUnload();
    }
    this.draw();
  }

  draw() {
    this.stage.setData({ stack: this.stack.map(({ id, name }) => ({ id, name })) });
  }

  show() {
    if (this.page.onShow) this.page.onShow();
  }

  hide() {
    if (this.stack.length && this.page.onHide) this.page.onHide();
  }

  /** Another program comes to the front, or this one is closed and opened again: where it was, or
   * by a card that leads to a page. */
  async returnAfter(minutes, url = "") {
    this.hide();
    this.app.onHide();
    await this.settle();
    const back = Date.now() + minutes * 60000; // counted from when nothing of it was seen any more
    const clock = jest.spyOn(Date, "now").mockReturnValue(back);
    this.isClosed = false;
    this.app.onShow();
    clock.mockRestore();
    if (url) {
      this.clear(); // what WeChat does where a card or a code leads to a page
      this.push(url);
    } else {
      this.show();
    }
    await this.settle();
  }

  async goBack() {
    this.pop();
    await this.settle();
  }

  get top() {
    return this.stack[this.stack.length - 1];
  }

  get element() {
    return this.stage.querySelector(`#page-${this.top.id}`);
  }

  get page() {
    return this.element.instance;
  }

  // What the owner sees and does

  /** Where the telephone is: "consent", or "closed". */
  get where() {
    return this.isClosed ? "closed" : this.top.name;
  }

  /** All that the page says. */
  get text() {
    return this.element.dom.textContent.replace(/\s+/g, " ");
  }

  /** The class of the page itself, which says whether the type is large. */
  get manner() {
    return this.element.dom.firstChild.className;
  }

  /** Every element with a name for screen readers: { label, role, node, attributes }. */
  get named() {
    return [...this.element.dom.querySelectorAll("*")].map(described).filter(({ label }) => label);
  }

  labelled(label, act) {
    const found = this.named.filter((one) => one.label === label && one.can(act));
    if (found.length !== 1) {
      const labels = this.named.map((one) => one.label).join(" | ");
      throw new Error(`${found.length} of ${label} (${act}) on ${this.where}: ${labels}`);
    }
    return found[0];
  }

  async tap(label) {
    const { node, attributes } = this.labelled(label, "tap");
    if (attributes.disabled) throw new Error(`${label} cannot be tapped now`);
    happen(node, "tap", {});
    await this.settle();
  }

  async type(label, value) {
    const names = this.named.filter((one) => one.can("input") && one.label.startsWith(label));
    happen(names[0].node, "input", { value });
    await this.settle();
  }

  /** Tap the telephone button and agree, or not. */
  async showPhone(phone) {
    const button = this.named.find((one) => one.attributes.openType === "getPhoneNumber");
    const code = phone ? await tell("mint_phone_code", { phone }) : undefined;
    happen(button.node, "getphonenumber", { code });
    await this.settle();
  }

  /** The card that goes into a chat when this page is shared, by its button where it has one. */
  share() {
    return this.page.onShareAppMessage({ from: "menu" });
  }

  get canShare() {
    return typeof this.page.onShareAppMessage === "function";
  }

  /** Until nothing is under way any more. */
  async settle() {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      quiet = this.waiting ? 0 : quiet + 1;
    }
  }

  // What WeChat gives a mini program

  wx() {
    const later = (options, deed) => this.later(options, deed);
    return {
      request: (options) => later(options, () => this.request(options)),
      login: (options) =>
        later(options, async () => ({
          code: await tell("mint_code", { app: "mini", openid: this.openid }),
        })),
      requestFacialVerify: (options) => later(options, () => this.look(options)),
      requestSubscribeMessage: (options) => later(options, () => this.subscribe(options)),
      scanCode: (options) => later(options, () => this.scan(options)),
      getScreenBrightness: (options) => later(options, () => ({ value: this.brightness })),
      setScreenBrightness: (options) =>
        later(options, () => void (this.brightness = options.value)),
      setKeepScreenOn: (options) =>
        later(options, () => void (this.staysAwake = options.keepScreenOn)),
      makePhoneCall: (options) => later(options, () => void this.calls.push(options.phoneNumber)),
      setNavigationBarTitle: (options) => later(options, () => void (this.title = options.title)),
      exitMiniProgram: (options) => later(options, () => void (this.isClosed = true)),
      navigateTo: (options) => later(options, () => this.push(options.url)),
      navigateBack: (options) => later(options, () => this.pop()),
      reLaunch: (options) =>
        later(options, () => {
          this.clear();
          this.push(options.url);
        }),
      getStorageSync: (key) => (this.storage.has(key) ? JSON.parse(this.storage.get(key)) : ""),
      setStorageSync: (key, value) => void this.storage.set(key, JSON.stringify(value)),
      removeStorageSync: (key) => void this.storage.delete(key),
      getAppBaseInfo: () => ({ language: this.language, fontSizeSetting: this.fontSizeSetting }),
    };
  }

  async later({ success, fail } = {}, deed) {
    this.waiting += 1;
    try {
      const told = await deed();
      if (success) success(told || { errMsg: "ok" });
    } catch (failure) {
      if (!failure.errMsg) throw failure;
      if (fail) fail(failure);
    } finally {
      this.waiting -= 1;
    }
  }

  async request({ url, method, data, header }) {
    this.asked.push(`${method} ${new URL(url).pathname}`);
    if (this.network === "off") throw { errMsg: "request:fail net::ERR_INTERNET_DISCONNECTED" };
    if (this.network === "hotel") return { statusCode: 200, data: "<html>Welcome</html>" };
    const body = data === undefined ? undefined : JSON.stringify(data);
    const answer = await send(url, { method, headers: header, body });
    if (this.network === "silent") throw { errMsg: "request:fail timeout" };
    return { statusCode: answer.status, header: answer.headers, data: read(answer.text) };
  }

  /** The check itself is between WeChat and the owner; here WeChat is told what it finds. */
  async look({ verifyId }) {
    const { errCode, result } = this.face;
    if (errCode) throw { errMsg: "requestFacialVerify:fail", errCode };
    if (result) await tell("face", { verify_id: verifyId, verify_ret: result });
  }

  subscribe({ tmplIds }) {
    if (this.says.errCode) throw { errMsg: "requestSubscribeMessage:fail", ...this.says };
    const said = tmplIds.map((id) => [id, this.says[id] || "accept"]);
    return { errMsg: "requestSubscribeMessage:ok", ...Object.fromEntries(said) };
  }

  scan({ onlyFromCamera }) {
    if (!onlyFromCamera) throw new Error("a picture from the album is not the hall");
    const seen = this.scans.shift();
    if (seen.errMsg) throw seen;
    return { result: seen };
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withoutSome(all, names) {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

function described(dom) {
  const node = dom.__wxElement;
  const { attrs = [], event = {} } = (node && node._vt) || {};
  const attributes = Object.fromEntries(attrs.map(({ name, value }) => [name, value]));
  return {
    label: attributes.ariaLabel,
    role: attributes.ariaRole,
    node,
    attributes,
    can: (act) => act in event,
  };
}

function happen(node, name, detail) {
  const how = { bubbles: name === "tap", composed: true, capturePhase: true };
  exparser.Event.dispatchEvent(node, exparser.Event.create(name, detail, how));
}

module.exports = { newPhone };
