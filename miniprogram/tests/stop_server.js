// The service ends when its standard input does.

module.exports = () =>
  new Promise((resolve) => {
    globalThis.heliServer.once("exit", resolve);
    globalThis.heliServer.stdin.end();
  });
