// In the mini program's web-view: what only the mini program's own pages can do. Without WeChat's
// script everything stays as it is elsewhere.
(function () {
  var bridge = window.wx && window.wx.miniProgram;
  if (!bridge) return;

  // A button that opens a page of the mini program.
  Array.prototype.forEach.call(document.querySelectorAll("[data-opens]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      bridge.navigateTo({ url: button.getAttribute("data-opens") });
    });
  });

  // A page that gives way to one of the mini program at once.
  var page = document.querySelector("[data-gives-way-to]");
  if (page) bridge.reLaunch({ url: page.getAttribute("data-gives-way-to") });
})();
