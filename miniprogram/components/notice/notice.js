// Something to know. kind: "" (to know), "care" (to mind), "danger" (it went wrong). What appears
// while the page is open is read out.

Component({
  options: { addGlobalClass: true },
  properties: { kind: String, text: String },
});
