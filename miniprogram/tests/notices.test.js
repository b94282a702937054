const people = require("./people");
const { tell } = require("./emulator");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const PAGE = "/pages/notices/notices";
const SWITCHED_OFF = 20004;

/** Somebody whose account recognises them, at the page. */
async function recognised(person = people.couple()[0]) {
  const phone = newPhone();
  await phone.launch("/pages/identity/identity");
  await prove(phone, person, { bind: true });
  await phone.launch(PAGE);
  return phone;
}

describe("messages in WeChat", () => {
  test("are allowed with one tap, each for one message", async () => {
    const phone = await recognised();

    await phone.tap("允许提醒");

    expect(phone.text).toContain("您允许了 1 种提醒");
    expect(phone.asked).toContain("POST /api/v1/wechat/subscriptions");
  });

  test("that were refused change nothing, and the other ways are named", async () => {
    const phone = await recognised();
    const [id] = phone.page.data.templateIds;
    phone.says = { [id]: "reject" };

    await phone.tap("允许提醒");

    expect(phone.text).toContain("您没有允许提醒，什么都没有改变。消息还会发短信");
  });

  test("that are switched off in WeChat are said to be", async () => {
    const phone = await recognised();
    phone.says = { errCode: SWITCHED_OFF };
    await phone.tap("允许提醒");
    expect(phone.text).toContain("订阅消息总开关是关着的");

    phone.says = { errCode: 10005 };
    await phone.tap("允许提醒");
    expect(phone.text).toContain("现在打不开微信的提醒窗口");
  });

  test("reach the one who allowed them", async () => {
    const [one, partner] = people.couple();
    const phone = await recognised(partner);
    await tell("grant", { openid: phone.openid, template_id: phone.page.data.templateIds[0] });
    await phone.tap("允许提醒");

    const applicant = await people.verified(one);
    const { code } = await people.book(applicant, partner);
    await people.consent(await people.verified(partner), code);
    const [message] = await people.until(() => tell("messages", { openid: phone.openid }));

    expect(message.way).toBe("mini_subscribe");
    expect(JSON.stringify(message.data)).not.toMatch(/离婚/);
    expect(JSON.stringify(message)).not.toContain(applicant.name);
  });
});

describe("whether this WeChat recognises its person", () => {
  test("an unknown one is told what has to come first", async () => {
    const phone = newPhone();
    await phone.launch(PAGE);

    expect(phone.text).toContain("这个微信还不认得您");
    expect(phone.text).not.toContain("允许提醒");
    await phone.tap("开始验证");
    await prove(phone, people.couple()[0]);
    expect(phone.where).toBe("notices");
    await phone.tap("是我自己的微信，以后认得我");
    expect(phone.text).toContain("这个微信以后认得您");
    expect(phone.text).toContain("允许提醒");
  });

  test("it can be let go at any time, without a check, and takes the vouchers with it", async () => {
    const { partner, booking } = await people.agreedCouple();
    const phone = await recognised(partner);
    await phone.launch(`/pages/voucher/voucher?code=${booking.code}`);
    expect(phone.text).toContain("已经保存在这部手机里");

    await phone.launch(PAGE);
    await phone.tap("不再认得我");
    expect(phone.text).toContain("这个微信不再认得您");
    expect(phone.storage.has("vouchers")).toBe(false);

    await phone.launch("/pages/mine/mine");
    expect(phone.text).toContain("请先完成实名验证，再查看您的预约");
  });
});
