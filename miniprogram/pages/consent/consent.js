const { awaitsMe, awaitsOther, shown, shownMove } = require("../../lib/bookings");
const { codeOf } = require("../../lib/codes");
const { IdentityNeeded } = require("../../lib/errors");
const { open, openIdentity, openWeb, page } = require("../../lib/page");
const service = require("../../lib/service");
const session = require("../../lib/session");
const sharing = require("../../lib/sharing");
const { fill, words } = require("../../lib/words");

// What the page shows. Before anybody has proven who they are it is `closed`, and the same for
// every code.
//   none       the link is not complete
//   closed     nothing of what is behind the link
//   asked      the three answers of the one who was asked
//   move       the answers to a proposed move
//   sure       does one really decline?
//   own        both have booked: whose shall stay?
//   mine       the applicant's own: the card to pass on
//   ended      what came of it, the `outcome`: `head` and `text`
page("consent", {
  data: {
    view: "closed",
    outcome: "",
    booking: null,
    move: null,
    until: "",
    leaveText: "",
    head: "",
    text: "",
    own: "",
  },

  begin(options) {
    this.code = codeOf(options);
    this.found = null;
    if (!this.code) this.setData({ view: "none" });
  },

  methods: {
    onShow() {
      const isToRead = this.code && !this.found && session.proofToken();
      return isToRead ? this.load() : undefined;
    },

    /** Read what is behind the link, or prove who one is first. */
    load() {
      return this.identified(
        (token) => service.booking(this.code, token),
        (found) => this.show(found),
      );
    },

    show(found) {
      this.found = found;
      if (found.proposal && awaitsMe(found)) this.setData({ view: "move" });
      else if (awaitsMe(found)) this.setData({ view: "asked" });
      else if (awaitsOther(found)) this.setData({ view: "mine" });
      else this.setData({ view: "ended", outcome: "other" });
      this.say();
    },

    /** The booking in the reader's words. */
    say() {
      if (!this.found) return;
      const booking = shown(this.found);
      const move = this.found.proposal ? shownMove(this.found) : null;
      const w = words("consent");
      const deadline = move ? move.deadline : booking.deadline;
      const until = { asked: w.askedUntil, move: w.moveUntil, mine: w.mineUntil }[this.data.view];
      this.setData({
        booking,
        move,
        until: until ? fill(until, { deadline }) : "",
        leaveText: fill(w.leaveText, { deadline }),
        head: w[`${this.data.outcome}Head`] || "",
        text: w[`${this.data.outcome}Text`] || "",
      });
    },

    agree() {
      return this.consent(false);
    },

    agreeGivingBack() {
      return this.consent(true);
    },

    consent(giveBackOwn) {
      const isMove = Boolean(this.found.proposal);
      return this.identified(
        (token) => service.consent(this.code, giveBackOwn, token),
        (found) => this.settle(found, isMove ? "moved" : "agreed"),
        (error) => {
          const { own } = error.facts || {};
          if (error.code !== "already_booked" || !own) throw error;
          this.setData({ view: "own", own });
        },
      );
    },

    ask() {
      this.setData({ view: "sure", error: "" });
    },

    back() {
      this.setData({ error: "" });
      this.show(this.found);
    },

    decline() {
      const isMove = Boolean(this.found.proposal);
      return this.identified(
        (token) => service.decline(this.code, token),
        (found) => this.settle(found, isMove ? "kept" : "declined"),
      );
    },

    settle(found, outcome) {
      this.found = found;
      this.setData({ view: "ended", outcome });
      this.say();
    },

    /** Do it with a proof of identity; without one, or with one that has expired, get it first. */
    identified(deed, then, otherwise) {
      const token = session.proofToken();
      if (!token) {
        openIdentity();
        return undefined;
      }
      return this.busily(async () => {
        let found;
        try {
          found = await deed(token);
        } catch (error) {
          if (error instanceof IdentityNeeded) openIdentity();
          if (!otherwise) throw error;
          otherwise(error);
          return;
        }
        then(found);
      });
    },

    openVoucher() {
      open("voucher", { code: this.code });
    },

    openOwn() {
      openWeb(`/my/${this.data.own}`);
    },

    openAnswer() {
      openWeb(`/c/${this.code}/answer`);
    },

    openNotices() {
      open("notices");
    },

    openMine() {
      open("mine");
    },

    /** The card for the other spouse; only the applicant's page has it to give. */
    onShareAppMessage() {
      return this.data.view === "mine" ? sharing.invitation(this.code) : sharing.plain();
    },
  },
});
