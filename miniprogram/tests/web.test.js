const people = require("./people");
const { send } = require("./http");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const IN_THE_MINI_PROGRAM =
  "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 miniProgram/wx00000000000000b2";

/** A page of the service as the web-view shows it: { status, text }. */
async function webView(phone) {
  const address = new URL(phone.page.data.address);
  const headers = { "User-Agent": IN_THE_MINI_PROGRAM, "Accept-Language": "zh-CN" };
  const entered = await send(address.href, { headers });
  expect(entered.status).toBe(302);
  const cookies = (entered.headers["set-cookie"] || []).map((cookie) => cookie.split(";")[0]);
  const next = new URL(entered.headers.location, address);
  return send(next.href, { headers: { ...headers, Cookie: cookies.join("; ") } });
}

describe("a page of the service in the web-view", () => {
  test("opens with a ticket that is good once", async () => {
    const phone = newPhone();
    await phone.launch(`/pages/web/web?path=${encodeURIComponent("/places?q=广州")}`);
    expect(phone.page.data.address).toBe("");
    expect(phone.text).toContain("填写的内容有误");

    await phone.launch("/pages/web/web?path=%2Ftwo-visits");
    const first = await webView(phone);
    expect(first.text).toContain("两次到场");
    const again = await send(phone.page.data.address, {
      headers: { "User-Agent": IN_THE_MINI_PROGRAM },
    });
    expect(again.headers.location || "").not.toContain("/two-visits");
  });

  test("knows who has proven who they are, and nobody else", async () => {
    const { partner, booking } = await people.agreedCouple();
    const phone = newPhone();
    await phone.launch(`/pages/identity/identity?web=${encodeURIComponent(`/my/${booking.code}`)}`);
    await prove(phone, partner);
    const page = await webView(phone);
    expect(page.text).toContain("预约已生效");

    const stranger = newPhone();
    await stranger.launch(`/pages/web/web?path=${encodeURIComponent(`/my/${booking.code}`)}`);
    expect((await webView(stranger)).text).not.toContain("预约已生效");
  });

  test("is only ever one of the service's own", async () => {
    const phone = newPhone();
    for (const path of ["https://example.com/", "//example.com", "javascript:alert(1)"]) {
      await phone.launch(`/pages/web/web?path=${encodeURIComponent(path)}`);
      expect(phone.page.data.address).toBe("");
    }
  });

  test("that breaks off is said to, and has a way out", async () => {
    const phone = newPhone();
    await phone.launch("/pages/web/web?path=%2Fplaces");
    phone.page.wrong();
    await phone.settle();
    expect(phone.text).toContain("这个页面打不开，什么都没有改变");

    await phone.tap("回到首页");
    expect(phone.where).toBe("front");
  });

  test("that does not open can be tried again", async () => {
    const phone = newPhone();
    phone.network = "off";
    await phone.launch("/pages/web/web?path=%2Fplaces");
    expect(phone.text).toContain("现在连不上网络");

    phone.network = "on";
    await phone.tap("再试一次");
    expect(phone.page.data.address).toContain("/wechat/enter?ticket=");
  });
});
