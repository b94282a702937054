// What a card shows in a chat, where anybody may see it: no names, no office, no purpose. The
// picture is one of our own, since WeChat would take a picture of the page.

const { words } = require("./words");

const PICTURE = "/images/card.png";

/** The card with which the other spouse is asked. The code opens nothing without a check. */
function invitation(code) {
  return {
    title: words("share").invitation,
    path: `/pages/consent/consent?code=${code}`,
    imageUrl: PICTURE,
  };
}

/** The card of the mini program itself. */
function plain() {
  return { title: words("share").plain, path: "/pages/front/front", imageUrl: PICTURE };
}

module.exports = { invitation, plain };
