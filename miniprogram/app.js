// Nothing is known of anybody at the start: lib/session.js.

const { returned } = require("./lib/leaving");

let hiddenAt = null; // milliseconds

App({
  onHide() {
    hiddenAt = Date.now();
  },

  onShow() {
    if (hiddenAt !== null) returned(Date.now() - hiddenAt);
    hiddenAt = null;
  },
});
