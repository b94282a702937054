// On top of every page: leave now.

const { leave } = require("../../lib/leaving");
const { words } = require("../../lib/words");

Component({
  options: { addGlobalClass: true },
  properties: {
    /** Changes when the reader chooses another language. */
    title: String,
  },
  data: { w: {} },
  observers: {
    title() {
      this.setData({ w: words("parts") });
    },
  },
  lifetimes: {
    attached() {
      this.setData({ w: words("parts") });
    },
  },
  methods: { leave },
});
