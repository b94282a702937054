const config = require("../../config");
const { decoded } = require("../../lib/codes");
const { page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const { words } = require("../../lib/words");

page("web", {
  data: { address: "" },

  /** options.path: a page of the service, such as /places. */
  begin(options) {
    this.path = decoded(options.path) || "/";
    this.load();
  },

  methods: {
    /** The page with a ticket for one use, so that it knows who is looking. */
    load() {
      return this.busily(async () => {
        const { url } = await session.asAccount((token) =>
          service.handOver(this.path, session.proofToken(), token),
        );
        const isOurs = url.startsWith(`${config.address}/`);
        this.setData(isOurs ? { address: url } : { error: words("web").wrong });
      });
    },

    /** The page did not come: a network that broke off, or a domain that is not registered. */
    wrong() {
      this.setData({ address: "", error: words("web").wrong });
    },

    again() {
      return this.load();
    },

    front() {
      wx.reLaunch({ url: "/pages/front/front" });
    },
  },
});
