// A text as a QR code, drawn here, so that it shows without a network and sharp at any size.

const { picture } = require("../../lib/qr");

Component({
  options: { addGlobalClass: true },
  properties: { text: String, label: String },
  data: { source: "" },
  observers: {
    text(text) {
      this.setData({ source: text ? picture(text) : "" });
    },
  },
});
