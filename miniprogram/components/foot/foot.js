// Below every page: help in danger, type size, language. Tells the page when one of these changed.

const { wish } = require("../../lib/asking");
const preferences = require("../../lib/preferences");
const { words } = require("../../lib/words");

Component({
  options: { addGlobalClass: true },
  data: { w: {}, isLarge: false },
  lifetimes: {
    attached() {
      this.speak();
    },
  },
  methods: {
    speak() {
      this.setData({ w: words("parts"), isLarge: preferences.isLarge() });
    },
    call(event) {
      wish("makePhoneCall", { phoneNumber: event.currentTarget.dataset.number });
    },
    toggleLarge() {
      preferences.chooseLarge(!preferences.isLarge());
      this.changed();
    },
    toggleLanguage() {
      preferences.chooseLanguage(preferences.language() === "zh" ? "en" : "zh");
      this.changed();
    },
    changed() {
      this.speak();
      this.triggerEvent("changed");
    },
  },
});
