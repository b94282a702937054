const people = require("./people");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const CARD = (code) => `/pages/consent/consent?code=${code}`;

/** A held booking, and the telephone of the one it asks, at the card's page. */
async function asked() {
  const [one, partner] = people.couple();
  const applicant = await people.verified(one);
  const booking = await people.book(applicant, partner);
  const phone = newPhone();
  await phone.launch(CARD(booking.code));
  return { applicant, partner, booking, phone };
}

/** The same, once the partner has proven who they are. */
async function read() {
  const all = await asked();
  await all.phone.tap("开始验证");
  await prove(all.phone, all.partner);
  return all;
}

/** Two who have agreed, and a move that the applicant asks for. */
async function moveAsked() {
  const agreed = await people.agreedCouple();
  const slots = await people.freeSlots();
  const { slot: old } = agreed.booking;
  await people.move(agreed.applicant, agreed.booking.code, slots.find(({ id }) => id !== old.id));
  const phone = newPhone();
  await phone.launch(CARD(agreed.booking.code));
  await phone.tap("开始验证");
  await prove(phone, agreed.partner);
  return { ...agreed, phone };
}

describe("the card's page before anybody has proven who they are", () => {
  test("says nothing of what is behind it and asks the service for nothing", async () => {
    const { phone, applicant } = await asked();

    expect(phone.text).toContain("有人请您确认一项政务预约");
    expect(phone.text).toContain("可以直接关闭本页，什么都不会发生");
    expect(phone.text).not.toMatch(/离婚|广州/);
    expect(phone.text).not.toContain(applicant.name);
    expect(phone.asked).toEqual([]);
  });

  test("is the same for a code that nobody has", async () => {
    const { phone } = await asked();
    const other = newPhone();
    await other.launch(CARD("ACDE23467999"));

    expect(other.text).toBe(phone.text);
  });

  test("opens from the link's QR code, too", async () => {
    const { booking, partner } = await asked();
    const phone = newPhone();
    await phone.launch(`/pages/consent/consent?q=${encodeURIComponent(booking.consent.url)}`);
    await phone.tap("开始验证");
    await prove(phone, partner);

    expect(phone.text).toContain("有一项预约等您确认");
  });

  test.each(["", "code=", "code=%E0%A4%A", "code=1", "q=https%3A%2F%2Fexample.com%2Fx"])(
    "says that a link is not complete: %s",
    async (query) => {
      const phone = newPhone();
      await phone.launch(`/pages/consent/consent?${query}`);

      expect(phone.text).toContain("这个链接不完整，没有打开任何内容");
    },
  );
});

describe("the other spouse", () => {
  test("reads what is asked of them, with three answers", async () => {
    const { phone } = await read();

    expect(phone.where).toBe("consent");
    expect(phone.text).toContain("有一项预约等您确认");
    expect(phone.text).toContain("预约只是排一个到场办理的时间，不等于离婚。");
    for (const answer of ["同意这个预约", "不同意这个预约", "先不处理"]) {
      expect(phone.text).toContain(answer);
    }
    expect(phone.text).toContain("有人逼您同意或者不同意吗");
  });

  test("agrees, and both have a voucher", async () => {
    const { phone, applicant, booking } = await read();

    await phone.tap("同意这个预约");

    expect(phone.text).toContain("双方都已同意");
    expect((await people.read(applicant, booking.code)).state).toBe("confirmed");
    await phone.tap("打开预约凭证");
    expect(phone.where).toBe("voucher");
    expect(phone.text).toContain("这是到场办理的排期凭证，不是离婚证");
  });

  test("is asked once more before declining, and may go back", async () => {
    const { phone, applicant, booking } = await read();

    await phone.tap("不同意这个预约");
    expect(phone.text).toContain("这一步不能撤销");
    await phone.tap("返回，先不回答");
    expect(phone.text).toContain("有一项预约等您确认");
    expect((await people.read(applicant, booking.code)).state).toBe("held");

    await phone.tap("不同意这个预约");
    await phone.tap("不同意，取消预约");
    expect(phone.text).toContain("您没有同意这次预约");
    expect((await people.read(applicant, booking.code)).state).toBe("declined");
  });

  test("comes too late: nothing happens and the page says so", async () => {
    const { phone, applicant, booking } = await read();
    await people.cancel(applicant, booking.code);

    await phone.tap("同意这个预约");

    expect(phone.text).toContain("这个预约已经不能再确认了");
    expect((await people.read(applicant, booking.code)).state).toBe("cancelled");
  });

  test("without a network nothing is sent", async () => {
    const { phone, applicant, booking } = await read();
    phone.network = "off";

    await phone.tap("同意这个预约");

    expect(phone.text).toContain("现在连不上网络，什么都没有提交");
    expect((await people.read(applicant, booking.code)).state).toBe("held");
  });

  test("who has booked, too, chooses whose time stays", async () => {
    const { phone, applicant, partner, booking } = await read();
    const own = await people.book(await people.verified(partner), applicant);

    await phone.tap("同意这个预约");
    expect(phone.text).toContain("你们两个人都预约了");
    await phone.tap("同意对方的，放回我的");

    expect(phone.text).toContain("双方都已同意");
    expect((await people.read(applicant, booking.code)).state).toBe("confirmed");
    expect((await people.read(await people.verified(partner), own.code)).state).toBe("cancelled");
  });

  test("whose proof has expired proves who they are again, and nothing was sent", async () => {
    const { phone, applicant, booking } = await read();
    require("../lib/session").forgetProof();

    await phone.tap("同意这个预约");

    expect(phone.where).toBe("identity");
    expect((await people.read(applicant, booking.code)).state).toBe("held");
  });
});

test("somebody else with the card finds nothing", async () => {
  const { phone } = await asked();
  const [stranger] = people.couple();

  await phone.tap("开始验证");
  await prove(phone, stranger);

  expect(phone.text).toContain("没有找到。可能链接已经失效，或者不属于您。");
  expect(phone.text).not.toMatch(/广州/);
});

describe("a proposed move", () => {
  test("is shown old and new side by side, and agreed to", async () => {
    const { phone, applicant, booking } = await moveAsked();

    expect(phone.text).toContain("对方想改到另一个时间");
    await phone.tap("同意新的时间");

    expect(phone.text).toContain("时间已经改好");
    expect((await people.read(applicant, booking.code)).slot.id).not.toBe(booking.slot.id);
  });

  test("is declined, and the old time stands", async () => {
    const { phone, applicant, booking } = await moveAsked();

    await phone.tap("不同意，时间不变");
    await phone.tap("不同意，时间不变");

    expect(phone.text).toContain("您没有同意改期，原来的时间不变");
    expect((await people.read(applicant, booking.code)).slot.id).toBe(booking.slot.id);
  });
});

describe("the applicant", () => {
  test("has a card to pass on that names nobody, no place and no purpose", async () => {
    const [applicant, partner] = people.couple();
    const booking = await people.book(await people.verified(applicant), partner);
    const phone = newPhone();
    await phone.launch(CARD(booking.code));
    await phone.tap("开始验证");
    await prove(phone, applicant);

    expect(phone.text).toContain("已保留时段，等待对方确认");
    const card = phone.share();

    expect(card).toEqual({
      title: "一项政务预约需要您确认",
      path: `/pages/consent/consent?code=${booking.code}`,
      imageUrl: "/images/card.png",
    });
    const spouse = newPhone();
    await spouse.launch(card.path);
    expect(spouse.text).toContain("有人请您确认一项政务预约");
  });

  test("the one who was asked passes on the mini program alone", async () => {
    const { phone } = await read();

    expect(phone.share()).toEqual({
      title: "政务预约",
      path: "/pages/front/front",
      imageUrl: "/images/card.png",
    });
  });
});
