// Leave now: replace this page, so that "back" does not return to it. Without scripts it is a link.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("[data-leave]");
  if (!link) return;
  event.preventDefault();
  window.location.replace(link.href);
});
// A form is sent once: a second tap while the first is under way does nothing.
document.addEventListener("submit", function (event) {
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", function (event) {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
});
