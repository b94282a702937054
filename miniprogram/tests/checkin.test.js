const { execFileSync } = require("child_process");
const path = require("path");

const people = require("./people");
const { newPhone } = require("./phone");
const { prove } = require("./identifying");

const ROOT = path.resolve(__dirname, "..", "..");
const PYTHON = process.env.HELI_PYTHON || path.join(ROOT, ".venv", "bin", "python");
const PAGE = "/pages/checkin/checkin";
const HALF_AN_HOUR_MS = 30 * 60 * 1000;

/** What a camera reads from the screen in the hall at this moment. */
function hallCode() {
  const command = ["-m", "tests.miniprogram.camera", "hall", process.env.HELI_TEST_ADDRESS];
  return execFileSync(PYTHON, command, { cwd: ROOT }).toString();
}

/** Two with a booking, on its day, half an hour before. */
async function onTheDay() {
  const agreed = await people.agreedCouple();
  const before = Date.parse(agreed.booking.slot.starts_at) - HALF_AN_HOUR_MS;
  await people.moveClockTo(new Date(before).toISOString());
  return agreed;
}

/** A telephone of somebody who has just proven who they are, at the page. */
async function provenAt(person, address = PAGE) {
  const phone = newPhone();
  await phone.launch("/pages/identity/identity");
  await prove(phone, person);
  wx.reLaunch({ url: address });
  await phone.settle();
  return phone;
}

describe("checking in by the hall's code", () => {
  test("one after the other, each with their own telephone", async () => {
    const { applicant, partner, booking } = await onTheDay();
    const link = hallCode();

    const first = await provenAt(applicant);
    first.scans = [link];
    await first.tap("扫大厅的码");
    expect(first.text).toContain("您已经签到。对方签到以后，就可以等候叫号。");

    const second = await provenAt(partner);
    second.scans = [link];
    await second.tap("扫大厅的码");
    expect(second.text).toContain("签到已经完成，请在大厅等候叫号");
    expect(second.text).toMatch(/排队号 \d+/);
    expect((await people.read(applicant, booking.code)).state).toBe("checked_in");
  });

  test("scanned with WeChat itself it opens this page, and waits for a tap", async () => {
    const { partner } = await onTheDay();
    const phone = await provenAt(partner, `${PAGE}?q=${encodeURIComponent(hallCode())}`);

    expect(phone.text).toContain("已经扫到大厅的码");
    await phone.tap("确认签到");
    expect(phone.text).toContain("您已经签到");
  });

  test("somebody who is not known proves who they are first, and need not scan again", async () => {
    const { partner } = await onTheDay();
    const phone = newPhone();
    await phone.launch(PAGE);
    phone.scans = [hallCode()];
    await phone.tap("扫大厅的码");
    expect(phone.text).toContain("请先完成实名验证，再签到");

    await phone.tap("开始验证");
    await prove(phone, partner);
    await phone.tap("确认签到");

    expect(phone.text).toContain("您已经签到");
  });

  test("somebody without a booking here is told what to do instead", async () => {
    const phone = await provenAt(people.couple()[0]);
    phone.scans = [hallCode()];
    await phone.tap("扫大厅的码");

    expect(phone.text).toContain("请到大厅取号，现场排队");
  });

  test("another code is none of the hall's, and is sent nowhere", async () => {
    const phone = await provenAt(people.couple()[0]);
    phone.scans = ["https://example.com/pay?to=somebody", "HELI1.ACDE23467999.20261224.1.x"];
    await phone.tap("扫大厅的码");
    expect(phone.text).toContain("这不是大厅的签到码，没有签到");
    await phone.tap("扫大厅的码");

    expect(phone.asked.filter((asked) => asked.endsWith("/check-in"))).toEqual([]);
  });

  test("a forged one is refused by the service, and the next scan is a new try", async () => {
    const phone = await provenAt(people.couple()[0]);
    phone.scans = ["https://heli.example.cn/in/forged"];
    await phone.tap("扫大厅的码");

    expect(phone.text).toContain("这不是登记处大厅的签到码，或者不完整");
    expect(phone.named.map(({ label }) => label)).toContain("扫大厅的码");
  });

  test("without the camera the way to the desk stands there", async () => {
    const phone = await provenAt(people.couple()[0]);
    phone.scans = [{ errMsg: "scanCode:fail auth deny" }, { errMsg: "scanCode:fail cancel" }];

    await phone.tap("扫大厅的码");
    expect(phone.text).toContain("请在手机设置里允许微信使用摄像头，或者到窗口出示凭证");
    await phone.tap("扫大厅的码");
    expect(phone.text).not.toContain("请在手机设置里允许");
  });
});
