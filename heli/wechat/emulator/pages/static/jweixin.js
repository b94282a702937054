// A stand-in for WeChat's script (jweixin): the calls that Heli's pages use, checked by the emulator.
(function () {
  "use strict";

  var here = document.currentScript.src.split("?")[0];
  var waiting = {};
  var count = 0;
  var allowed = [];
  var config = "none"; // then "asked", "ok" or "failed"
  var failure = null;
  var whenReady = [];
  var whenFailed = [];

  window.__emulatedWeChat = function (number, answer) {
    var then = waiting[number];
    delete waiting[number];
    if (then) then(answer);
  };

  function page() {
    return location.href.split("#")[0];
  }

  function ask(what, value, then) {
    var number = "a" + ++count;
    var tag = document.createElement("script");
    waiting[number] = then;
    tag.onload = tag.onerror = function () {
      tag.remove();
    };
    tag.src =
      here + "?do=" + what + "&n=" + number + "&with=" + encodeURIComponent(JSON.stringify(value));
    document.head.appendChild(tag);
  }

  function callAll(callbacks, value) {
    callbacks.splice(0).forEach(function (callback) {
      callback(value);
    });
  }

  function finish(given, how, answer) {
    if (given[how]) given[how](answer);
    if (given.complete) given.complete(answer);
  }

  // Keeps what the page did; functions fall away in JSON.
  function act(api, given, then) {
    ask("act", { api: api, arguments: given, url: page() }, then || function () {});
  }

  // Runs the deed once the page was let in and the call is one that it asked for.
  function call(api, given, deed) {
    given = given || {};
    if (config === "asked") {
      whenReady.push(function () {
        call(api, given, deed);
      });
    } else if (config !== "ok") {
      finish(given, "fail", { errMsg: api + ":the permission value is offline verifying" });
    } else if (allowed.indexOf(api) < 0) {
      finish(given, "fail", { errMsg: api + ":permission denied" });
    } else {
      deed(given);
    }
  }

  var wx = {};

  wx.config = function (given) {
    config = "asked";
    allowed = given.jsApiList || [];
    var asked = {
      appId: given.appId,
      timestamp: given.timestamp,
      nonceStr: given.nonceStr,
      signature: given.signature,
      url: page(),
    };
    ask("config", asked, function (answer) {
      config = answer.errMsg === "config:ok" ? "ok" : "failed";
      if (config === "ok") {
        callAll(whenReady);
      } else {
        failure = answer;
        callAll(whenFailed, answer);
      }
    });
  };

  wx.ready = function (callback) {
    if (config === "ok") callback();
    else whenReady.push(callback);
  };

  wx.error = function (callback) {
    if (config === "failed") callback(failure);
    else whenFailed.push(callback);
  };

  wx.checkJsApi = function (given) {
    var result = {};
    (given.jsApiList || []).forEach(function (api) {
      result[api] = typeof wx[api] === "function";
    });
    finish(given, "success", { errMsg: "checkJsApi:ok", checkResult: result });
  };

  // Calls that are only kept.
  [
    "updateAppMessageShareData",
    "updateTimelineShareData",
    "onMenuShareAppMessage",
    "onMenuShareTimeline",
    "openLocation",
    "previewImage",
    "closeWindow",
    "hideMenuItems",
    "showMenuItems",
    "hideAllNonBaseMenuItem",
  ].forEach(function (api) {
    wx[api] = function (given) {
      call(api, given, function (asked) {
        act(api, asked, function () {
          finish(asked, "success", { errMsg: api + ":ok" });
        });
      });
    };
  });

  wx.getLocation = function (given) {
    call("getLocation", given, function (asked) {
      ask("position", {}, function (answer) {
        answer.errMsg = "getLocation:ok";
        finish(asked, "success", answer);
      });
    });
  };

  wx.scanQRCode = function (given) {
    call("scanQRCode", given, function (asked) {
      ask("scan", {}, function (answer) {
        var text = answer.text;
        if (text === null) text = window.prompt("扫一扫：请粘贴二维码里的文字 (text of the code)");
        if (text === null) finish(asked, "cancel", { errMsg: "scanQRCode:cancel" });
        else if (asked.needResult) {
          finish(asked, "success", { errMsg: "scanQRCode:ok", resultStr: text });
        } else {
          finish(asked, "success", { errMsg: "scanQRCode:ok" });
          location.assign(text);
        }
      });
    });
  };

  wx.getNetworkType = function (given) {
    call("getNetworkType", given, function (asked) {
      finish(asked, "success", { errMsg: "getNetworkType:ok", networkType: "wifi" });
    });
  };

  // A page in the mini program's web-view needs no config for these.
  wx.miniProgram = {
    getEnv: function (callback) {
      callback({ miniprogram: window.__wxjs_environment === "miniprogram" });
    },
  };
  ["navigateTo", "navigateBack", "switchTab", "reLaunch", "redirectTo", "postMessage"].forEach(
    function (api) {
      wx.miniProgram[api] = function (given) {
        act("miniProgram." + api, given || {}, function () {
          finish(given || {}, "success", { errMsg: api + ":ok" });
        });
      };
    },
  );

  window.wx = window.jWeixin = wx;
})();
