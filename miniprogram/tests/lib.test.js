const { newPhone } = require("./phone");

const NOW = Date.parse("2026-11-30T10:00:00+08:00");

beforeEach(() => {
  newPhone().take();
  jest.resetModules();
});

describe("a moment in words is the service's own (heli/ground/words.py)", () => {
  test.each([
    ["2026-12-24T09:00:00+08:00", "12月24日（周四）上午9:00", "Thursday 24 December, 9:00"],
    ["2026-12-24T06:30:00+00:00", "12月24日（周四）下午2:30", "Thursday 24 December, 14:30"],
    ["2026-12-24T12:05:00+08:00", "12月24日（周四）中午12:05", "Thursday 24 December, 12:05"],
    ["2026-12-24T00:00:00+08:00", "12月24日（周四）凌晨0:00", "Thursday 24 December, 0:00"],
    ["2026-12-24T18:00:00+08:00", "12月24日（周四）晚上6:00", "Thursday 24 December, 18:00"],
    ["2027-01-05T09:00:00+08:00", "2027年1月5日（周二）上午9:00", "Tuesday 5 January 2027, 9:00"],
    ["2026-12-31T16:00:00Z", "2027年1月1日（周五）凌晨0:00", "Friday 1 January 2027, 0:00"],
  ])("%s", (moment, chinese, english) => {
    const { chooseLanguage } = require("../lib/preferences");
    const { momentInWords } = require("../lib/moments");

    expect(momentInWords(moment, NOW)).toBe(chinese);
    chooseLanguage("en");
    expect(momentInWords(moment, NOW)).toBe(english);
  });
});

describe("a code", () => {
  test.each([
    ["acde 2346-7999", "ACDE23467999"],
    ["ACDE23467999", "ACDE23467999"],
    ["ACDE2346799", ""],
    ["ACDE2346799O", ""],
    ["", ""],
  ])("is read as people write it: %s", (text, code) => {
    expect(require("../lib/codes").cleanCode(text)).toBe(code);
  });

  test.each([
    ["https://heli.example.cn/in/AbC-1_2", "AbC-1_2"],
    ["https://heli.example.cn/in/AbC?from=x", "AbC"],
    ["  http://127.0.0.1:8000/in/AbC\n", "AbC"],
    ["https://heli.example.cn/inside", ""],
    ["https://heli.example.cn/c/ACDE23467999", ""],
    ["AbC", ""],
    ["javascript:/in/x", ""],
    [null, ""],
  ])("of the hall is in its own address: %s", (text, token) => {
    expect(require("../lib/codes").hallToken(text)).toBe(token);
  });
});

describe("the vouchers on the telephone", () => {
  const voucher = (code, days, expiry = "4102444800") => ({
    code,
    qr: `HELI1.${code}.20991231.${expiry}.x`,
    service: "marriage",
    office: { id: "o", name: "某处" },
    address: null,
    starts_at: new Date(NOW + days * 86400000).toISOString(),
    parties: [{ role: "applicant", name_masked: "赵*", consented: true }],
    bring: [],
    notes: [],
  });

  test("are at most ten, the next visit first, each once", () => {
    const vouchers = require("../lib/vouchers");
    for (let day = 12; day > 0; day -= 1) vouchers.keep(voucher(`C${day}`, day));
    vouchers.keep(voucher("C1", 1));

    expect(vouchers.kept()).toHaveLength(10);
    expect(vouchers.kept()[0].code).toBe("C1");
    vouchers.drop("C1");
    expect(vouchers.find("C1")).toBeNull();
  });

  test.each([["spoilt"], [{}], [[null]], [[{ qr: 1 }]]])(
    "are none where the storage holds something else: %j",
    (stored) => {
      wx.setStorageSync("vouchers", stored);

      expect(require("../lib/vouchers").kept()).toEqual([]);
    },
  );
});

describe("what WeChat answers when asked for messages", () => {
  test("is told on by its three words, and what was never asked is not", async () => {
    const phone = newPhone();
    phone.says = { a: "acceptWithAudio", b: "filter", c: "ban" };
    phone.take();
    const { askFor } = require("../lib/subscribing");

    expect(await askFor(["a", "b", "c", "d"])).toEqual({ answers: { a: "accept", c: "ban" } });
  });
});

test("a brightness that WeChat does not tell is left to the system afterwards", async () => {
  const phone = newPhone();
  phone.take();
  const { brighten, restore } = require("../lib/brightness");
  wx.getScreenBrightness = ({ fail }) => fail({ errMsg: "getScreenBrightness:fail" });
  await brighten();
  await brighten();
  restore();
  restore();
  await phone.settle();

  expect(phone.brightness).toBe(-1); // Android's word for "as the system has it"
});
