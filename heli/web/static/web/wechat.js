// In WeChat's browser: position, map, scanning, and what a page shows that is passed on. Without
// WeChat's script, or where it does not let the page in, everything stays as it is elsewhere.
(function () {
  var wx = window.wx, own = document.getElementById("wechat");
  if (!wx || !wx.config || !own) return;

  function each(selector, deed) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), deed);
  }

  // What the page shows when it is passed on; a part that is to be passed on itself says so.
  function share() {
    var part = document.querySelector("[data-share-link]");
    var shown = {
      title: part ? part.getAttribute("data-share-title") : own.getAttribute("data-title"),
      desc: part ? part.getAttribute("data-share-text") : own.getAttribute("data-text"),
      link: part ? part.getAttribute("data-share-link") : own.getAttribute("data-link"),
      imgUrl: own.getAttribute("data-picture")
    };
    wx.updateAppMessageShareData(shown);
    wx.updateTimelineShareData(shown);
    each("[data-when-ready]", function (hint) { hint.hidden = false; });
  }

  // "Nearest to me" asks WeChat, in the coordinates in which offices are noted (position.js).
  function position() {
    window.heliPosition = function (found, failed) {
      wx.getLocation({
        type: "gcj02",
        success: function (place) { found(Number(place.latitude), Number(place.longitude)); },
        fail: failed,
        cancel: failed
      });
    };
    each("#position", function (form) { form.hidden = false; });
  }

  // The way to an office opens in WeChat's own map. Where it does not, the link stays a link.
  function map() {
    each("a[data-latitude]", function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        wx.openLocation({
          latitude: Number(link.getAttribute("data-latitude")),
          longitude: Number(link.getAttribute("data-longitude")),
          name: link.getAttribute("data-name"),
          address: link.getAttribute("data-address"),
          scale: 16,
          fail: function () { window.location.href = link.href; }
        });
      });
    });
  }

  // A button that scans the hall's code and goes where it leads, if that is a page of ours.
  function scan() {
    each("[data-scan]", function (part) {
      var button = part.querySelector("button"), said = part.querySelector("[role=status]");
      part.hidden = false;
      button.addEventListener("click", function () {
        said.textContent = "";
        wx.scanQRCode({
          needResult: 1,
          scanType: ["qrCode"],
          success: function (seen) {
            var link = String(seen.resultStr);
            if (link.indexOf(part.getAttribute("data-scan")) === 0) window.location.href = link;
            else said.textContent = part.getAttribute("data-wrong");
          },
          fail: function () { said.textContent = part.getAttribute("data-failed"); }
        });
      });
    });
  }

  function enter(config) {
    wx.ready(function () { share(); position(); map(); scan(); });
    wx.config({
      debug: false,
      appId: config.appid,
      timestamp: config.timestamp,
      nonceStr: config.noncestr,
      signature: config.signature,
      jsApiList: [
        "updateAppMessageShareData", "updateTimelineShareData", "getLocation", "openLocation",
        "scanQRCode"
      ]
    });
  }

  var page = window.location.href.split("#")[0], request = new XMLHttpRequest();
  request.open("GET", own.getAttribute("data-config") + "?url=" + encodeURIComponent(page));
  request.onload = function () {
    if (request.status === 200) enter(JSON.parse(request.responseText));
  };
  request.send();
})();
