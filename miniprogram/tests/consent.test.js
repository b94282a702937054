const people = require("./people");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

/** A held booking, and the telephone of the one it asks, at the card's page. */
async function asked() {
  const [one, partner] = people.couple();
  const applicant = await people.verified(one);
  const booking = await people.book(applicant, partner);
  const phone = newPhone();
  await phone.launch(`/pages/consent/consent?code=${booking.code}`);
  return { applicant, partner, booking, phone };
}

describe("the other spouse, by the card", () => {
  test("sees nothing of what is behind it before having proven who they are", async () => {
    const { phone, applicant } = await asked();

    expect(phone.text).toContain("有人请您确认一项政务预约");
    expect(phone.text).not.toMatch(/离婚|广州/);
    expect(phone.text).not.toContain(applicant.name);
    expect(phone.asked).toEqual([]);
  });

  test("proves who they are, reads what is asked and agrees", async () => {
    const { phone, partner, applicant, booking } = await asked();

    await phone.tap("开始验证");
    expect(phone.where).toBe("identity");
    await prove(phone, partner);

    expect(phone.where).toBe("consent");
    expect(phone.text).toContain("有一项预约等您确认");
    expect(phone.text).toContain("预约只是排一个到场办理的时间，不等于离婚。");
    await phone.tap("同意这个预约");
    expect(phone.text).toContain("双方都已同意");
    expect((await people.read(applicant, booking.code)).state).toBe("confirmed");
  });
});
