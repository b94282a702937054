const { placeOf, shown } = require("../../lib/bookings");
const { IdentityNeeded, NoNetwork } = require("../../lib/errors");
const { momentInWords } = require("../../lib/moments");
const { open, openIdentity, openWeb, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const vouchers = require("../../lib/vouchers");

page("mine", {
  data: { isKnown: false, bookings: [], saved: [], said: "" },

  methods: {
    onShow() {
      return this.load();
    },

    load() {
      return this.busily(async () => {
        this.say();
        try {
          const token = await session.readingToken();
          this.found = token ? await service.bookings(token) : null;
        } catch (error) {
          if (error instanceof NoNetwork && vouchers.kept().length) {
            this.setData({ said: this.data.w.offline });
            return;
          }
          if (!(error instanceof IdentityNeeded)) throw error;
          session.forget();
          this.found = null;
        }
        this.setData({ said: "" });
        this.say();
      });
    },

    say() {
      this.setData({
        isKnown: Boolean(this.found),
        bookings: (this.found || []).map(shown),
        saved: vouchers.kept().map(({ code, starts_at, office }) => ({
          code,
          when: momentInWords(starts_at),
          office: office.name,
        })),
      });
    },

    openBooking(event) {
      const { code } = event.currentTarget.dataset;
      const place = placeOf(this.found.find((booking) => booking.code === code));
      if (place.path) openWeb(place.path);
      else open(place.name, place.query);
    },

    openVoucher(event) {
      open("voucher", { code: event.currentTarget.dataset.code });
    },

    book() {
      openWeb("/");
    },

    dropAll() {
      vouchers.dropAll();
      this.setData({ saved: [], said: this.data.w.dropped });
    },

    begin: openIdentity,
  },
});
