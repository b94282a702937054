const { leave } = require("../../lib/leaving");
const { open, openWeb, page } = require("../../lib/page");
const session = require("../../lib/session");
const sharing = require("../../lib/sharing");

page("front", {
  staysOpen: true,
  data: { hasLeft: false },

  /** options.left: somebody has just left, here or in the web-view. */
  begin({ left }) {
    if (!left) return;
    session.forget();
    this.setData({ hasLeft: true });
  },

  methods: {
    open: (event) => open(event.currentTarget.dataset.page),
    openWeb: (event) => openWeb(event.currentTarget.dataset.path),
    close: leave,

    goOn() {
      this.setData({ hasLeft: false });
    },

    onShareAppMessage: () => sharing.plain(),
  },
});
