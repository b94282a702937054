const { brighten, restore } = require("../../lib/brightness");
const { codeOf, inGroups } = require("../../lib/codes");
const { IdentityNeeded, NoAnswer, NoNetwork, Refused } = require("../../lib/errors");
const { momentInWords } = require("../../lib/moments");
const { open, openIdentity, openWeb, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const vouchers = require("../../lib/vouchers");
const { words } = require("../../lib/words");

const OVER = ["wrong_state", "not_found"];

page("voucher", {
  staysOpen: true, // at the hall, where one waits
  data: { voucher: null, said: "", isKept: false, needsProof: false },

  begin(options) {
    this.code = codeOf(options);
    this.voucher = vouchers.find(this.code);
    this.say();
  },

  methods: {
    onShow() {
      if (this.voucher) brighten();
      return this.refresh();
    },

    onHide: restore,

    onUnload: restore,

    /** Ask the service how the voucher stands now; without a network the kept one is shown. */
    refresh() {
      return this.busily(async () => {
        try {
          const token = await session.readingToken();
          if (!token) {
            this.setData({ needsProof: !this.voucher });
            return;
          }
          this.take(await service.voucher(this.code, token));
        } catch (error) {
          this.cope(error);
        }
      });
    },

    take(voucher) {
      this.voucher = voucher;
      try {
        vouchers.keep(voucher);
      } catch (failure) {
        console.error(failure.errMsg || failure); // the storage is full or switched off
      }
      this.setData({ needsProof: false, said: "" });
      this.say();
      brighten();
    },

    cope(error) {
      const isAway = error instanceof NoNetwork || error instanceof NoAnswer;
      if (isAway && this.voucher) {
        this.setData({ said: this.data.w.kept });
      } else if (error instanceof IdentityNeeded) {
        session.forget();
        this.setData({ needsProof: !this.voucher });
      } else if (error instanceof Refused && OVER.includes(error.code)) {
        this.end(error);
      } else {
        throw error;
      }
    },

    /** The booking has ended, or is no longer this person's: the voucher counts no more. */
    end(error) {
      const wasKept = this.voucher !== null;
      vouchers.drop(this.code);
      this.voucher = null;
      restore();
      this.say();
      this.setData({ said: wasKept ? this.data.w.ended : "", error: wasKept ? "" : error.sentence });
    },

    say() {
      const { voucher } = this;
      if (!voucher) {
        this.setData({ voucher: null });
        return;
      }
      const said = words("parts");
      this.setData({
        isKept: vouchers.find(voucher.code) !== null,
        voucher: {
          qr: voucher.qr,
          groups: inGroups(voucher.code),
          service: words("services")[voucher.service],
          when: momentInWords(voucher.starts_at),
          office: voucher.office.name,
          address: voucher.address || "",
          people: voucher.parties.map(({ name_masked }) => name_masked).join(said.and),
          isForTwo: voucher.parties.length > 1,
          bring: voucher.bring,
          notes: voucher.notes,
        },
      });
    },

    openCheckIn() {
      open("checkin");
    },

    change() {
      openWeb(`/my/${this.code}`);
    },

    begin: openIdentity,
  },
});
