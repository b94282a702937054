// Starts the real service with the WeChat it talks to (tests/miniprogram/served.py), once for all
// tests. With HELI_TEST_ADDRESS and HELI_TEST_EMULATOR they use one that runs already.

const { spawn } = require("child_process");
const path = require("path");
const readline = require("readline");

const ROOT = path.resolve(__dirname, "..", "..");
const PYTHON = process.env.HELI_PYTHON || path.join(ROOT, ".venv", "bin", "python");

module.exports = async () => {
  if (process.env.HELI_TEST_ADDRESS) return;
  const server = spawn(PYTHON, ["-m", "tests.miniprogram.served"], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = await firstLine(server);
  const { address, emulator } = JSON.parse(line);
  process.env.HELI_TEST_ADDRESS = address;
  process.env.HELI_TEST_EMULATOR = emulator;
  globalThis.heliServer = server;
};

function firstLine(server) {
  return new Promise((resolve, reject) => {
    readline.createInterface({ input: server.stdout }).once("line", resolve);
    server.once("error", (error) => reject(new Error(`${PYTHON} does not start: ${error.message}`)));
    server.once("exit", (code) => reject(new Error(`the service ended at once (${code})`)));
  });
}
