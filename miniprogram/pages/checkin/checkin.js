const { ask } = require("../../lib/asking");
const { decoded, hallToken, inGroups } = require("../../lib/codes");
const { IdentityNeeded } = require("../../lib/errors");
const { momentInWords } = require("../../lib/moments");
const { open, openIdentity, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const { fill, words } = require("../../lib/words");

page("checkin", {
  data: { hall: "", needsProof: false, office: "", visits: [] },

  /** options.q: the hall's code scanned with WeChat itself, which opens this page. */
  begin(options) {
    this.here = null;
    this.take(hallToken(decoded(options.q)));
  },

  methods: {
    /** Let WeChat scan the code on the hall's screen; a picture from the album is none. */
    async scan() {
      this.setData({ error: "" });
      let text;
      try {
        text = (await ask("scanCode", { onlyFromCamera: true, scanType: ["qrCode"] })).result;
      } catch (failure) {
        const isCancelled = /cancel/.test(failure.errMsg || "");
        this.setData({ error: isCancelled ? "" : this.data.w.noCamera });
        return;
      }
      this.take(hallToken(text));
      if (this.data.hall) await this.checkIn();
      else this.setData({ error: this.data.w.notOurs });
    },

    take(hall) {
      this.setData({ hall, needsProof: false });
    },

    /** With what was scanned: it is good for three minutes, so after a check of identity, too. */
    checkIn() {
      return this.busily(async () => {
        try {
          const token = await session.readingToken();
          if (!token) {
            this.setData({ needsProof: true });
            return;
          }
          this.here = await service.checkIn(this.data.hall, token);
          this.setData({ needsProof: false });
          this.say();
        } catch (error) {
          if (!(error instanceof IdentityNeeded)) {
            this.take("");
            throw error;
          }
          session.forget();
          this.setData({ needsProof: true });
        }
      });
    },

    say() {
      if (!this.here) return;
      this.setData({ office: this.here.office.name, visits: this.here.bookings.map(shownVisit) });
    },

    openVoucher(event) {
      open("voucher", { code: event.currentTarget.dataset.code });
    },

    openMine() {
      open("mine");
    },

    begin: openIdentity,
  },
});

/** A booking of today, once this person has checked in for it. */
function shownVisit({ code, service: kind, slot, is_for_two, state, number, window }) {
  const w = words("checkin");
  const waits = is_for_two && state === "confirmed";
  return {
    code,
    groups: inGroups(code),
    service: words("services")[kind],
    when: momentInWords(slot.starts_at),
    text: waits ? w.waitText : w.doneText,
    number: number ? fill(w.number, { number }) : "",
    window: window ? fill(w.window, { window }) : "",
  };
}
