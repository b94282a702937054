// Copy a link to pass on. Without scripts it stays a field whose text can be selected.
document.querySelectorAll("[data-copy]").forEach(function (button) {
  var field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", function () {
    field.focus();
    field.select();
    var copied = navigator.clipboard
      ? navigator.clipboard.writeText(field.value)
      : Promise.resolve(document.execCommand("copy")); // http, and old browsers inside apps
    copied.then(function () { button.textContent = button.dataset.copied; }, function () {});
  });
});
