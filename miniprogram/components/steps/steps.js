// Where one is: 第 1 步，共 2 步：填写姓名和证件.

const { fill, words } = require("../../lib/words");

Component({
  options: { addGlobalClass: true },
  properties: {
    names: Array,
    now: { type: Number, value: 1 },
  },
  data: { line: "", done: 0 },
  observers: {
    "names, now"(names, now) {
      const all = names.length;
      if (!all) return;
      const line = fill(words("parts").step, { now, all, name: names[now - 1] });
      this.setData({ line, done: Math.round((now / all) * 100) });
    },
  },
});
