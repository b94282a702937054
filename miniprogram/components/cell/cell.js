// A row that opens something: a line, what it means, and at the end a value.

Component({
  options: { addGlobalClass: true },
  properties: { title: String, hint: String, value: String },
  methods: {
    tap() {
      this.triggerEvent("open");
    },
  },
});
