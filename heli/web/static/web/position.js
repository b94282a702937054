// "Nearest to me": asks for the position after a tap, keeps two decimals (about a kilometre) and
// sends them in the body of a form, never in an address. Without scripts the button stays hidden.
(function () {
  var form = document.getElementById("position");
  if (!form || !navigator.geolocation) return;
  var said = document.getElementById("position-said");
  form.hidden = false;
  function say(name) { said.textContent = form.dataset[name]; }
  form.querySelector("button").addEventListener("click", function (event) {
    event.preventDefault();
    say("asking");
    navigator.geolocation.getCurrentPosition(function (position) {
      form.elements.latitude.value = position.coords.latitude.toFixed(2);
      form.elements.longitude.value = position.coords.longitude.toFixed(2);
      say("found");
      form.submit();
    }, function () { say("failed"); }, { timeout: 15000, maximumAge: 600000 });
  });
})();
