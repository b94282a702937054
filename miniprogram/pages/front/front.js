const { open, openWeb, page } = require("../../lib/page");
const sharing = require("../../lib/sharing");

page("front", {
  methods: {
    open: (event) => open(event.currentTarget.dataset.page),
    openWeb: (event) => openWeb(event.currentTarget.dataset.path),
    onShareAppMessage: () => sharing.plain(),
  },
});
