const people = require("./people");
const { tell } = require("./emulator");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const PAGE = "/pages/identity/identity";
const MISMATCH = 10003; // WeChat's word for a number that is not this person's

async function opened(how) {
  const phone = newPhone(how);
  await phone.launch(PAGE);
  return phone;
}

function somebody() {
  return people.couple()[0];
}

describe("the real-name check", () => {
  test("goes on in WeChat and ends with the service's word alone", async () => {
    const phone = await opened();
    await prove(phone, somebody());

    expect(phone.where).toBe("mine");
    expect(require("../lib/session").proofToken()).not.toBe("");
  });

  test("that WeChat ends is nothing where the service hears that it was somebody else", async () => {
    const phone = await opened();
    phone.face = { result: MISMATCH };
    await prove(phone, somebody());

    expect(phone.where).toBe("identity");
    expect(phone.text).toContain("姓名和身份证号没有核对上，这次验证没有通过");
    expect(require("../lib/session").proofToken()).toBe("");
  });

  test("is no proof where the telephone only says that it ended", async () => {
    const phone = await opened();
    phone.face = {}; // the telephone says so, WeChat saw nobody
    await prove(phone, somebody());

    expect(phone.text).toContain("实名验证还没有做完，什么都没有改变");
    expect(require("../lib/session").proofToken()).toBe("");
  });

  test.each([
    [90002, "人脸核验没有做完，什么都没有改变"],
    [90008, "微信没有摄像头的权限"],
    [90007, "网络断了"],
    [90001, "这部手机不能做人脸核验"],
    [90011, "没有拍清楚"],
    [99999, "原因不明"],
  ])("that does not end with %i says what to do", async (errCode, sentence) => {
    const phone = await opened();
    phone.face = { errCode };
    await prove(phone, somebody());

    expect(phone.text).toContain(sentence);
    expect(phone.asked.filter((path) => path.endsWith("/result"))).toEqual([]);
  });

  test("names an old WeChat that cannot do it, and the way without it", async () => {
    const phone = await opened({ without: ["requestFacialVerify"] });
    await prove(phone, somebody());

    expect(phone.text).toContain("请先更新微信，或带身份证到婚姻登记处当面核对");
  });

  test("says at each field what is wrong with it", async () => {
    const phone = await opened();

    await phone.tap("开始人脸核验");
    expect(phone.text.match(/请填写这一项。/g)).toHaveLength(3);
    expect(phone.asked).toEqual(["GET /api/v1/my-data/consent-texts"]);

    await prove(phone, { name: "赵示例", idNumber: "440106188001010000", phone: "123" });
    expect(phone.text).toContain("填写的内容有误，没有提交");
    const wrong = phone.named.filter(({ attributes }) => attributes.class === "wrong");
    expect(wrong).toHaveLength(0); // the sentences are read with their fields
    expect(phone.named.find(({ label }) => label.startsWith("手机号")).label).not.toMatch(/，$/);
  });

  test("tells what is sensitive first, and begins nothing without a word of its own", async () => {
    const phone = await opened();
    expect(phone.text).toContain("身份证号和您要办的业务属于敏感个人信息");
    const box = phone.named.find(({ label }) => label === "我单独同意处理这些敏感信息");
    expect(phone.page.data.agrees).toBe(false);
    expect(box.can("tap")).toBe(true);

    const person = somebody();
    await phone.type("姓名", person.name);
    await phone.type("身份证号", person.idNumber);
    await phone.type("手机号", person.phone);
    await phone.tap("开始人脸核验");

    expect(phone.text).toContain("不同意就不能在网上验证。可以带身份证，到大厅取号办理。");
    expect(phone.asked).toEqual(["GET /api/v1/my-data/consent-texts"]);
  });

  test("takes the telephone number from WeChat where the person agrees", async () => {
    const phone = await opened();

    await phone.showPhone("13900001234");
    expect(phone.page.data.phone).toBe("13900001234");

    await phone.showPhone(null);
    expect(phone.text).toContain("没有取到手机号，可以自己填写");
  });

  test("forgets the number once it is done, and keeps nothing of it on the telephone", async () => {
    const phone = await opened();
    const person = somebody();
    await prove(phone, person);

    const kept = JSON.stringify([...phone.storage]);
    expect(kept).not.toContain(person.idNumber);
    expect(kept).not.toContain(person.name);
    expect(kept).not.toContain(person.phone);
  });

  test("leads on to the page of the service that it was for", async () => {
    const phone = newPhone();
    await phone.launch(`${PAGE}?web=${encodeURIComponent("/book/divorce_application")}`);
    await prove(phone, somebody());

    expect(phone.where).toBe("web");
    expect(phone.page.data.address).toContain("/wechat/enter?ticket=");
  });
});

describe("whether the account may recognise its person", () => {
  test("is asked once, with two equal answers, and a no binds nothing", async () => {
    const phone = await opened();
    const person = somebody();
    await prove(phone, person);
    await phone.launch("/pages/mine/mine");
    expect(phone.text).toContain("请先完成实名验证，再查看您的预约");

    await phone.tap("开始验证");
    await prove(phone, person);
    expect(phone.text).not.toContain("这是您自己的微信吗");
  });

  test("a yes lets it read when it is opened again, and no more", async () => {
    const { partner, booking } = await people.agreedCouple();
    const phone = await opened();
    await prove(phone, partner, { bind: true });

    await phone.launch("/pages/mine/mine");
    expect(phone.text).not.toContain("请先完成实名验证");
    expect(phone.text).toContain("已生效");

    await phone.launch(`/pages/consent/consent?code=${booking.code}`);
    expect(phone.text).toContain("有人请您确认一项政务预约");
  });
});

test("WeChat out of order: nothing is begun and the page says so", async () => {
  const phone = await opened();
  await tell("script_fault", { path: "/sns/jscode2session", errcode: -1, times: 10 });
  await prove(phone, somebody());
  await tell("clear_faults");

  expect(phone.where).toBe("identity");
  expect(phone.text).toMatch(/微信.*没有/);
});
