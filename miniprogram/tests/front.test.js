const { send } = require("./http");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");
const people = require("./people");

const PAGES = require("../app.json").pages.map((path) => `/${path}`);
const ADDRESS = process.env.HELI_TEST_ADDRESS;

async function front(how) {
  const phone = newPhone(how);
  await phone.launch();
  return phone;
}

describe("the front page", () => {
  test("asks the service for nothing: it opens at once, and without a network", async () => {
    const phone = await front();

    expect(phone.text).toContain("您想办什么？");
    expect(phone.asked).toEqual([]);
    expect(phone.title).toBe("婚姻登记预约");
  });

  test("leads to pages of the service that are there", async () => {
    const phone = await front();
    const paths = phone.named.map(({ node }) => node.ownerShadowRoot.__wxHost.dataset.path);
    const ours = [...new Set(paths.filter(Boolean))];

    expect(ours).toHaveLength(8);
    for (const path of ours) {
      expect([path, (await send(ADDRESS + path)).status]).toEqual([path, 200]);
    }
  });

  test("leads to the pages of the mini program", async () => {
    for (const [row, page] of [
      ["我的预约和凭证", "mine"],
      ["到场签到", "checkin"],
      ["实名验证", "identity"],
      ["消息提醒", "notices"],
    ]) {
      const phone = await front();
      await phone.tap(phone.named.find(({ label }) => label.startsWith(row)).label);
      expect(phone.where).toBe(page);
    }
  });
});

describe.each(PAGES)("%s", (address) => {
  const NOWHERE = { network: "off" };

  async function opened(how) {
    const phone = Object.assign(newPhone(how), NOWHERE);
    await phone.launch(address);
    return phone;
  }

  test("can be left at once, and nobody is known afterwards", async () => {
    const phone = await opened();
    require("../lib/session").remember({ token: "t", expires_at: "2999-01-01T00:00:00+08:00" });

    await phone.tap("快速离开。关闭小程序，并忘掉刚才是谁");

    expect(phone.where).toBe("closed");
    expect(require("../lib/session").proofToken()).toBe("");
  });

  test("can be left where WeChat is too old to close it", async () => {
    const phone = await opened({ without: ["exitMiniProgram"] });

    await phone.tap("快速离开。关闭小程序，并忘掉刚才是谁");

    expect(phone.where).toBe("front");
    expect(phone.stack).toHaveLength(1);
    expect(phone.text).toContain("已经离开，刚才的内容都收起来了");
    expect(phone.text).not.toMatch(/离婚/);
  });

  test("calls for help with one tap", async () => {
    const phone = await opened();

    await phone.tap("拨打 110");
    await phone.tap("拨打妇女维权热线 12338");

    expect(phone.calls).toEqual(["110", "12338"]);
  });

  test("turns to large type and to English, and stays so", async () => {
    const phone = await opened();
    expect(phone.manner).not.toMatch(/large/);

    await phone.tap("大字版");
    expect(phone.manner).toMatch(/large/);
    await phone.tap("English");
    expect(phone.text).toContain("Leave now");
    expect(phone.text).not.toMatch(/[\u4e00-\u9fff]{3}/);

    await phone.launch(address);
    expect(phone.manner).toMatch(/large/);
    expect(phone.text).toContain("In danger call 110");
  });

  test("begins in WeChat's own language and type size", async () => {
    const phone = await opened({ language: "en", fontSizeSetting: 22 });

    expect(phone.text).toContain("In danger call 110");
    expect(phone.manner).toMatch(/large/);
  });

  test("has a name for everything that can be tapped or filled in", async () => {
    const phone = await opened();
    const all = [...phone.element.dom.querySelectorAll("*")].map(({ __wxElement: node }) => node);
    const acts = (node) => (node && node._vt && node._vt.event) || {};
    const active = all.filter((node) => acts(node).tap || acts(node).input);
    const silent = active.filter(
      ({ _vt }) => !_vt.attrs.some(({ name, value }) => name === "ariaLabel" && value),
    );

    expect(active.length).toBeGreaterThan(3);
    expect(silent.map(({ _vt }) => _vt.tagName)).toEqual([]);
  });

  test("shares no more than that there are appointments, if anything", async () => {
    const phone = await opened();

    if (phone.canShare) expect(phone.share().title).toBe("政务预约");
  });
});

describe("whoever opens it again, maybe somebody else,", () => {
  async function readingAConsent() {
    const [one, partner] = people.couple();
    const { code } = await people.book(await people.verified(one), partner);
    const phone = newPhone();
    await phone.launch(`/pages/consent/consent?code=${code}`);
    await phone.tap("开始验证");
    await prove(phone, partner);
    expect(phone.text).toContain("有一项预约等您确认");
    return phone;
  }

  test("finds an empty page after somebody has left, and may go on from there", async () => {
    const phone = await readingAConsent();
    await phone.tap("快速离开。关闭小程序，并忘掉刚才是谁");
    await phone.returnAfter(0);

    expect(phone.text).toContain("已经离开");
    expect(phone.text).not.toMatch(/离婚|预约等您确认/);
    await phone.tap("回到首页");
    expect(phone.text).toContain("您想办什么？");
  });

  test("finds what was open after a moment", async () => {
    const phone = await readingAConsent();
    await phone.returnAfter(4);

    expect(phone.text).toContain("有一项预约等您确认");
    expect(require("../lib/session").proofToken()).not.toBe("");
  });

  test("finds the front page and no proof of anybody after five minutes", async () => {
    const phone = await readingAConsent();
    await phone.returnAfter(5);

    expect(phone.where).toBe("front");
    expect(phone.stack).toHaveLength(1);
    expect(require("../lib/session").proofToken()).toBe("");
  });

  test("finds the voucher: it is shown at the hall, where one waits", async () => {
    const { partner, booking } = await people.agreedCouple();
    const phone = newPhone();
    await phone.launch("/pages/mine/mine");
    await phone.tap("开始验证");
    await prove(phone, partner);
    await phone.tap(phone.named.find(({ label }) => label.endsWith("已生效")).label);
    await phone.returnAfter(45);

    expect(phone.where).toBe("voucher");
    expect(phone.text).toContain(booking.code.match(/.{4}/g).join(" "));
    expect(phone.brightness).toBe(1);
    expect(require("../lib/session").proofToken()).toBe("");
    await phone.goBack();
    expect(phone.where).toBe("front"); // and not the list, which somebody had opened
  });

  test("finds what a card leads to, even after a while", async () => {
    const phone = await readingAConsent();
    await phone.returnAfter(60, "/pages/consent/consent?code=ACDE23467999");

    expect(phone.where).toBe("consent");
    expect(phone.text).toContain("有人请您确认一项政务预约");
  });
});

test("leaving closes everything that was open, and the session of the account with it", async () => {
  const phone = newPhone();
  await phone.launch("/pages/identity/identity");
  await prove(phone, people.couple()[0], { bind: true });
  await phone.tap("快速离开。关闭小程序，并忘掉刚才是谁");

  expect(JSON.stringify([...phone.storage])).not.toMatch(/token/);
  const before = phone.asked.length;
  await require("../lib/session").account();
  expect(phone.asked.slice(before)).toEqual(["POST /api/v1/wechat/session"]);
});
