// How an owner of a telephone proves who they are there.

/** From the page of the real-name check, through WeChat's face check. bind: whose WeChat it is. */
async function prove(phone, person, { bind = false } = {}) {
  await phone.type("姓名", person.name);
  await phone.type("身份证号", person.idNumber);
  await phone.type("手机号", person.phone);
  if (!phone.page.data.agrees) await phone.tap("我单独同意处理这些敏感信息");
  await phone.tap("开始人脸核验");
  if (!phone.text.includes("这是您自己的微信吗")) return;
  await phone.tap(bind ? "是我自己的，以后认得我" : "只这一次");
}

module.exports = { prove };
