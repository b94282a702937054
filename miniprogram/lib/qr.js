// A QR code as the address of a picture that <image> shows without a network.

const qrcode = require("qrcode-generator");

const QUIET_ZONE = 4; // modules, as ISO/IEC 18004 asks for
const MODULE_PX = 8;

/** data:image/gif;base64,…: black on white, with its quiet zone. */
function picture(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  return code.createDataURL(MODULE_PX, QUIET_ZONE * MODULE_PX);
}

module.exports = { picture };
