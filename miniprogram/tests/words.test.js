const fs = require("fs");
const path = require("path");

const en = require("../lib/words/en");
const zh = require("../lib/words/zh");

const ROOT = path.resolve(__dirname, "..");

/** Every sentence with its place: { "front.title": "…" }. */
function flat(words, prefix = "") {
  return Object.entries(words).reduce((all, [key, value]) => {
    const place = prefix + key;
    if (typeof value === "string") return { ...all, [place]: value };
    return { ...all, ...flat(value, `${place}.`) };
  }, {});
}

const gaps = (sentence) => (sentence.match(/\{\w+\}/g) || []).sort();

describe("the sentences", () => {
  test("are the same ones in both languages, with the same gaps", () => {
    const [chinese, english] = [flat(zh), flat(en)];

    expect(Object.keys(english)).toEqual(Object.keys(chinese));
    for (const place of Object.keys(chinese)) {
      expect([place, gaps(english[place])]).toEqual([place, gaps(chinese[place])]);
    }
  });

  test("are calm: no exclamation marks, 您 for everybody", () => {
    for (const [place, sentence] of Object.entries(flat(zh))) {
      expect([place, /[!！你]/.test(sentence.replace("你们", ""))]).toEqual([place, false]);
    }
    expect(Object.values(flat(en)).join("")).not.toMatch(/!/);
  });

  test("outside of the pages say nothing of a divorce", () => {
    const outside = [zh, en].flatMap((words) => [
      ...Object.values(words).map(({ title }) => title || ""),
      ...Object.values(words.share),
    ]);

    expect(outside.join("\n")).not.toMatch(/离婚|divorce/i);
  });

  test("are all used", () => {
    const files = ["pages", "components", "lib"].flatMap((folder) => sources(path.join(ROOT, folder)));
    const code = files.map((file) => fs.readFileSync(file, "utf8")).join("\n");
    const parts = ["services", "states", "identity.reasons"]; // looked up by the service's words
    const unused = Object.keys(flat(zh)).filter((place) => {
      const key = place.split(".").find((name, at) => at > 0 && Number.isNaN(Number(name)));
      return !parts.some((part) => place.startsWith(`${part}.`)) && !isUsed(code, key);
    });

    expect(unused).toEqual([]);
  });
});

function isUsed(code, key) {
  const outcome = /^(agreed|moved|declined|kept|other)(Head|Text)$/.test(key); // pages/consent
  const trouble = /^(off|cannot)$/.test(key); // pages/notices
  return outcome || trouble || new RegExp(`\\.${key}\\b`).test(code);
}

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "words" ? [] : sources(file);
    return /\.(js|wxml)$/.test(entry.name) ? [file] : [];
  });
}
