const { newPhone } = require("./phone");

let phone;

/** What the API client says no with. */
async function refusal(deed) {
  return deed().then(
    () => {
      throw new Error("it was not refused");
    },
    (error) => error,
  );
}

beforeEach(async () => {
  phone = newPhone();
  await phone.launch();
});

describe("the service's no", () => {
  test("is an error with its code, its sentence and what is wrong with each field", async () => {
    const { Refused } = require("../lib/errors");
    const { verify } = require("../lib/service");
    const claim = { name: "赵示例", id_number: "1", phone: "2", method: "simulated" };
    const error = await refusal(() => verify(claim, ""));

    expect(error).toBeInstanceOf(Refused);
    expect([error.code, error.status]).toEqual(["invalid_input", 422]);
    expect(error.sentence).toContain("填写的内容有误");
    expect(error.of("id_number")).toMatch(/身份证/);
    expect(error.of("name")).toBe("");
  });

  test("comes in the reader's language", async () => {
    require("../lib/preferences").chooseLanguage("en");
    const { checkIn } = require("../lib/service");
    const error = await refusal(() => checkIn("x", "no token at all"));

    expect(error.sentence).toMatch(/^[\x20-\x7e]+$/);
  });

  test("to somebody who is not known is one of its own kind", async () => {
    const { IdentityNeeded } = require("../lib/errors");
    const { bookings } = require("../lib/service");

    expect(await refusal(() => bookings("forged"))).toBeInstanceOf(IdentityNeeded);
    expect(await refusal(() => bookings(""))).toBeInstanceOf(IdentityNeeded);
  });
});

describe("no answer", () => {
  test.each([
    ["off", "NoNetwork", "什么都没有提交"],
    ["silent", "NoAnswer", "不知道有没有办成"],
    ["hotel", "Broken", "系统出了问题"],
  ])("with the network %s is %s", async (network, kind, sentence) => {
    phone.network = network;
    const { templates } = require("../lib/service");
    const error = await refusal(() => templates(""));

    expect(error.name).toBe(kind);
    expect(error.sentence).toContain(sentence);
  });
});

describe("the session", () => {
  test("is opened once, however many ask for it at the same time", async () => {
    const session = require("../lib/session");
    await Promise.all([session.account(), session.account(), session.readingToken()]);

    expect(phone.asked).toEqual(["POST /api/v1/wechat/session"]);
  });

  test("that the service no longer knows is opened again, once", async () => {
    const session = require("../lib/session");
    (await session.account()).token = "forged";
    const { url } = await session.asAccount((token) =>
      require("../lib/service").handOver("/places", "", token),
    );

    expect(url).toContain("/wechat/enter?ticket=");
    expect(phone.asked.filter((path) => path.endsWith("/session"))).toHaveLength(2);
  });

  test("that expires within a minute is not used any more", async () => {
    const session = require("../lib/session");
    (await session.account()).expires_at = new Date(Date.now() + 30000).toISOString();
    await session.account();

    expect(phone.asked).toHaveLength(2);
    session.remember({ token: "t", expires_at: new Date(Date.now() + 30000).toISOString() });
    expect(session.proofToken()).toBe("");
  });
});
