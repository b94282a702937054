// The service ends when its standard input does.

module.exports = () =>
  new Promise((resolve) => {
    if (!globalThis.heliServer) {
      resolve();
      return;
    }
    globalThis.heliServer.once("exit", resolve);
    globalThis.heliServer.stdin.end();
  });
