const { execFileSync } = require("child_process");
const path = require("path");

const people = require("./people");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const ROOT = path.resolve(__dirname, "..", "..");
const PYTHON = process.env.HELI_PYTHON || path.join(ROOT, ".venv", "bin", "python");
const PAGE = (code) => `/pages/voucher/voucher?code=${code}`;

/** Two who have agreed, and the partner's telephone at the voucher. bind: whose WeChat it is. */
async function opened({ bind = false } = {}) {
  const agreed = await people.agreedCouple();
  const phone = newPhone();
  await phone.launch(PAGE(agreed.booking.code));
  await phone.tap("验证后打开凭证");
  await prove(phone, agreed.partner, { bind });
  return { ...agreed, phone };
}

/** What a camera reads from the QR code on the screen. */
function scanned(phone) {
  const image = phone.named.find(({ role }) => role === "img");
  expect(image.label).toBe("签到二维码");
  return execFileSync(PYTHON, ["-m", "tests.miniprogram.camera", "picture"], {
    cwd: ROOT,
    input: image.attributes.src,
  }).toString();
}

describe("the voucher", () => {
  test("shows what a couple needs at the hall, and what it is not", async () => {
    const { phone, booking } = await opened();

    expect(phone.where).toBe("voucher");
    expect(phone.text).toContain(booking.code.match(/.{4}/g).join(" "));
    expect(phone.text).toContain("这是到场办理的排期凭证，不是离婚证");
    expect(phone.text).toContain("已经保存在这部手机里");
  });

  test("has a QR code that the desk's camera reads and the desk takes", async () => {
    const { phone, applicant, booking } = await opened();
    const text = scanned(phone);

    expect(text).toMatch(new RegExp(`^HELI1\\.${booking.code}\\.`));
    expect(text).toBe((await people.voucher(applicant, booking.code)).qr);
  });

  test("shows without a network, after the mini program was closed", async () => {
    const { phone, booking } = await opened();
    const before = scanned(phone);
    phone.network = "off";
    await phone.launch(PAGE(booking.code));

    expect(phone.text).toContain("没有网络，这是保存在手机里的凭证，仍然可以出示");
    expect(scanned(phone)).toBe(before);
    expect(phone.text).toContain("要带");
  });

  test("keeps no more of the two than it shows", async () => {
    const { phone, applicant, partner, booking } = await opened();
    const kept = phone.storage.get("vouchers");

    for (const person of [applicant, partner]) {
      expect(kept).not.toContain(person.name);
      expect(kept).not.toContain(person.idNumber);
      expect(kept).not.toContain(person.phone);
      expect(kept).not.toContain(person.token);
    }
    const shown = ["code", "qr", "service", "office", "address", "starts_at", "parties", "bring", "notes"];
    expect(Object.keys(JSON.parse(kept)[0]).sort()).toEqual(shown.sort());
    expect(JSON.parse(kept)[0].office).toEqual({ name: booking.office.name });
  });

  test("makes the screen bright and keeps it awake, and leaves it as it was", async () => {
    const { phone } = await opened();
    expect([phone.brightness, phone.staysAwake]).toEqual([1, true]);

    phone.hide();
    await phone.settle();
    expect([phone.brightness, phone.staysAwake]).toEqual([0.4, false]);

    phone.show();
    await phone.settle();
    expect([phone.brightness, phone.staysAwake]).toEqual([1, true]);
    wx.reLaunch({ url: "/pages/front/front" });
    await phone.settle();
    expect([phone.brightness, phone.staysAwake]).toEqual([0.4, false]);
  });

  test("of a booking that has ended is taken from the telephone", async () => {
    const { phone, applicant, booking } = await opened({ bind: true });
    await people.cancel(applicant, booking.code);
    await phone.launch(PAGE(booking.code));

    expect(phone.text).toContain("这张凭证已经不能用了，已从手机里删除");
    expect(phone.brightness).toBe(0.4);
    expect(JSON.parse(phone.storage.get("vouchers"))).toEqual([]);
  });

  test("is gone from the telephone after its day", async () => {
    const { phone } = await opened();
    const vouchers = require("../lib/vouchers");
    const [{ qr }] = vouchers.kept();
    const expiry = Number(qr.split(".")[3]) * 1000;

    expect(vouchers.kept(expiry - 1)).toHaveLength(1);
    expect(vouchers.kept(expiry)).toEqual([]);
    expect(phone.where).toBe("voucher");
  });

  test("of somebody else is not found, and nothing is kept", async () => {
    const { booking } = await people.agreedCouple();
    const phone = newPhone();
    await phone.launch(PAGE(booking.code));
    await phone.tap("验证后打开凭证");
    await prove(phone, people.couple()[0]);

    expect(phone.text).toContain("没有找到");
    expect(phone.storage.has("vouchers") && JSON.parse(phone.storage.get("vouchers"))).toEqual([]);
  });

  test("cannot be shared", async () => {
    const { phone } = await opened();

    expect(phone.canShare).toBe(false);
  });

  test("leads to changing the time in the service's own page", async () => {
    const { phone, booking } = await opened();
    await phone.tap("改时间，取消预约");

    expect(phone.where).toBe("web");
    expect(phone.page.path).toBe(`/my/${booking.code}`);
  });
});
