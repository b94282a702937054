const { openIdentity, openWeb, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const { askFor } = require("../../lib/subscribing");
const vouchers = require("../../lib/vouchers");
const { fill } = require("../../lib/words");

page("notices", {
  data: { isReady: false, isBound: false, isProven: false, templateIds: [], said: "" },

  methods: {
    /** What may be asked for is read before the tap: WeChat opens its window for a tap alone. */
    onShow() {
      return this.busily(async () => {
        const found = await session.asAccount((token) => service.templates(token));
        const { bound } = await session.account();
        this.setData({
          isReady: true,
          isBound: bound,
          isProven: Boolean(session.proofToken()),
          templateIds: found.map(({ id }) => id),
        });
      });
    },

    allow() {
      const asked = askFor(this.data.templateIds); // within the tap
      return this.busily(async () => {
        const { w } = this.data;
        const { answers, trouble } = await asked;
        if (trouble) {
          this.setData({ said: w[trouble] });
          return;
        }
        if (Object.keys(answers).length) {
          await session.asAccount((token) => service.sayAnswers(answers, token));
        }
        const count = Object.values(answers).filter((word) => word === "accept").length;
        this.setData({ said: count ? fill(w.allowed, { count }) : w.refused });
      });
    },

    bind() {
      return this.busily(async () => {
        await session.bind();
        this.setData({ isBound: true, said: this.data.w.bound });
      });
    },

    letGo() {
      return this.busily(async () => {
        await session.letGo();
        vouchers.dropAll();
        this.setData({ isBound: false, isProven: false, said: this.data.w.letGone });
      });
    },

    openInbox() {
      openWeb("/my/inbox");
    },


    begin: openIdentity,
  },
});
