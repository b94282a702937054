const people = require("./people");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const PAGE = "/pages/mine/mine";

async function mineOf(person, how = {}) {
  const phone = newPhone();
  await phone.launch(PAGE);
  await phone.tap("开始验证");
  await prove(phone, person, how);
  return phone;
}

describe("my bookings", () => {
  test("are shown to nobody who is not known", async () => {
    const phone = newPhone();
    await phone.launch(PAGE);

    expect(phone.text).toContain("请先完成实名验证，再查看您的预约");
    expect(phone.asked).toEqual(["POST /api/v1/wechat/session"]);
  });

  test("show what others ask me to confirm, and lead to the answer", async () => {
    const [one, partner] = people.couple();
    await people.book(await people.verified(one), partner);
    const phone = await mineOf(partner);

    expect(phone.where).toBe("mine");
    expect(phone.text).toContain("等您确认");
    await phone.tap(phone.named.find(({ label }) => label.endsWith("等您确认")).label);
    expect(phone.where).toBe("consent");
    expect(phone.text).toContain("有一项预约等您确认");
  });

  test("lead to the voucher where there is one, else to the service's own page", async () => {
    const { applicant, booking } = await people.agreedCouple();
    const phone = await mineOf(applicant);
    await phone.tap(phone.named.find(({ label }) => label.endsWith("已生效")).label);
    expect(phone.where).toBe("voucher");

    await people.cancel(applicant, booking.code);
    await phone.goBack();
    await phone.tap(phone.named.find(({ label }) => label.endsWith("已取消")).label);
    expect(phone.where).toBe("web");
    expect(phone.page.path).toBe(`/my/${booking.code}`);
  });

  test("say so where there are none", async () => {
    const phone = await mineOf(people.couple()[0]);

    expect(phone.text).toContain("没有找到您的预约");
  });

  test("without a network show the vouchers kept on the telephone, which can be removed", async () => {
    const { applicant } = await people.agreedCouple();
    const phone = await mineOf(applicant);
    await phone.tap(phone.named.find(({ label }) => label.endsWith("已生效")).label);
    phone.network = "off";
    await phone.launch(PAGE);
    expect(phone.text).toContain("现在连不上网络。下面是保存在手机里的凭证");

    await phone.tap("从这部手机里删除");
    expect(phone.text).toContain("预约不受影响");
    expect(phone.storage.has("vouchers")).toBe(false);
  });
});
