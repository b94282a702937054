// Every call of wx's is one that WeChat has (miniprogram-api-typings), here and on the telephone
// of the tests.

const fs = require("fs");
const path = require("path");

const { newPhone } = require("./phone");

const ROOT = path.resolve(__dirname, "..");
const TYPINGS = path.dirname(require.resolve("miniprogram-api-typings/package.json"));
const WX = fs.readFileSync(path.join(TYPINGS, "types/wx/lib.wx.api.d.ts"), "utf8");

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith(".js") ? [file] : [];
  });
}

function called() {
  const files = ["lib", "pages", "components"].flatMap((name) => sources(path.join(ROOT, name)));
  const code = files.map((file) => fs.readFileSync(file, "utf8")).join("\n");
  const names = [...code.matchAll(/\bwx\.(\w+)|\b(?:ask|wish|knows)\("(\w+)"/g)];
  return [...new Set(names.map(([, plain, asked]) => plain || asked))].sort();
}

const has = (name) => new RegExp(`^\\s+${name}(<|\\()`, "m").test(WX);

test("WeChat has every call that is made", () => {
  expect(called().length).toBeGreaterThan(15);
  expect(called().filter((name) => !has(name))).toEqual([]);
});

test("the telephone of the tests has just those", () => {
  const phone = newPhone();
  const ours = Object.keys(phone.wx());

  expect(ours.filter((name) => !has(name))).toEqual([]);
  expect(ours.sort()).toEqual(called());
});
