// What an operator sets before building: docs/miniprogram.md.
module.exports = {
  // The service's own address (HELI_BASE_URL), without a slash at the end. It has to be registered
  // as request and web-view domain.
  address: "https://heli.example.cn",
  // By which real-name check people prove who they are.
  method: "wechat_face",
};
