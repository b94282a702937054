// "Nearest to me": asks for the position after a tap, keeps two decimals (about a kilometre) and
// sends them in the body of a form, never in an address. Without scripts the button stays hidden.
// In WeChat it is WeChat that is asked (wechat.js sets `heliPosition` and shows the button).
(function () {
  var form = document.getElementById("position");
  if (!form) return;
  var said = document.getElementById("position-said");
  if (navigator.geolocation) form.hidden = false;
  function say(name) { said.textContent = form.dataset[name]; }
  function ask(found, failed) {
    if (window.heliPosition) { window.heliPosition(found, failed); return; }
    navigator.geolocation.getCurrentPosition(function (position) {
      found(position.coords.latitude, position.coords.longitude);
    }, failed, { timeout: 15000, maximumAge: 600000 });
  }
  form.querySelector("button").addEventListener("click", function (event) {
    event.preventDefault();
    say("asking");
    ask(function (latitude, longitude) {
      form.elements.latitude.value = latitude.toFixed(2);
      form.elements.longitude.value = longitude.toFixed(2);
      say("found");
      form.submit();
    }, function () { say("failed"); });
  });
})();
