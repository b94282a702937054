const { ask } = require("../../lib/asking");
const config = require("../../config");
const { Refused } = require("../../lib/errors");
const { look } = require("../../lib/face");
const { addressOf, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const { decoded } = require("../../lib/codes");
const { language } = require("../../lib/preferences");
const { words } = require("../../lib/words");

const FIELDS = ["name", "id_number", "phone"];
const ASKED = "askedToBind"; // whether this WeChat was asked once whether it is one's own

page("identity", {
  data: {
    now: 1,
    name: "",
    id_number: "",
    phone: "",
    told: [], // what is told of the data, in the reader's language
    version: "",
    agrees: false, // ticked by nobody but the person
    wrong: {},
    asksToBind: false,
  },

  /** options.web: a page of the service to go on with; otherwise back to the page that asked. */
  begin(options) {
    this.web = decoded(options.web);
    this.busily(() => this.tell());
  },

  methods: {
    again() {
      this.setData({ wrong: {} });
      this.busily(() => this.tell());
    },

    /** What the person has to read before their word on their data. */
    async tell() {
      const texts = await service.consentTexts();
      const told = texts.map((text) => ({
        purpose: text.purpose,
        title: text[`title_${language()}`],
        body: text[`body_${language()}`],
      }));
      this.setData({ told, version: texts[0].version });
    },

    agree() {
      this.setData({ agrees: !this.data.agrees });
    },

    type(event) {
      this.setData({ [event.currentTarget.dataset.field]: event.detail.value });
    },

    /** The telephone button: WeChat gives a code where the person agrees, for that number alone. */
    takePhone(event) {
      const { code } = event.detail;
      if (!code) {
        this.setData({ error: this.data.w.phoneRefused });
        return undefined;
      }
      return this.busily(async () => {
        const { phone } = await session.asAccount((token) => service.phoneOf(code, token));
        this.setData({ phone: phone.replace(/^\+86/, "") });
      });
    },

    verify() {
      if (!this.data.version) return this.busily(() => this.tell()); // nothing was read yet
      const empty = FIELDS.filter((field) => !this.data[field].trim());
      const wrong = empty.map((field) => [field, this.data.w.missing]);
      if (!this.data.agrees) wrong.push(["agrees", this.data.w.agreeMissing]);
      this.setData({ wrong: Object.fromEntries(wrong) });
      if (wrong.length) return undefined;
      return this.busily(() => this.prove());
    },

    async prove() {
      const begun = await this.begun();
      if (begun === null) return;
      if (begun.token) {
        await this.proven(begun);
        return;
      }
      this.setData({ now: 2 });
      const reason = await look(begun.handle);
      if (reason) {
        this.setData({ now: 1, error: words("identity").reasons[reason] });
        return;
      }
      this.setData({ now: 1 });
      await this.proven(await session.asAccount((token) => service.resultOf(begun.id, token)));
    },

    /** The check that has begun, or null where what was typed is malformed. */
    async begun() {
      const claim = { method: config.method, data_consent: this.data.version };
      for (const field of FIELDS) claim[field] = this.data[field].trim();
      try {
        return await session.asAccount((token) => service.verify(claim, token));
      } catch (error) {
        if (!(error instanceof Refused) || !error.errors.length) throw error;
        const wrong = Object.fromEntries(FIELDS.map((field) => [field, error.of(field)]));
        const sentence = error.of("method") || error.of("data_consent") || error.sentence;
        this.setData({ wrong, error: sentence });
        if (error.of("data_consent")) await this.tellAnew();
        return null;
      }
    },

    /** The text was changed while it was read: today's has to be agreed to. */
    async tellAnew() {
      this.setData({ agrees: false });
      await this.tell();
    },

    async proven(proof) {
      session.remember(proof);
      this.setData({ id_number: "" });
      const { bound } = await session.account();
      if (bound || wx.getStorageSync(ASKED)) this.goOn();
      else this.setData({ asksToBind: true });
    },

    bind() {
      return this.busily(async () => {
        await session.bind();
        this.answered();
      });
    },

    answered() {
      wx.setStorageSync(ASKED, true);
      this.goOn();
    },

    goOn() {
      if (this.web) wx.reLaunch({ url: addressOf("web", { path: this.web }) });
      else if (getCurrentPages().length > 1) ask("navigateBack").catch(() => {});
      else wx.reLaunch({ url: addressOf("mine") });
    },
  },
});
