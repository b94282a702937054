module.exports = {
  testEnvironment: "jsdom",
  testMatch: ["<rootDir>/tests/**/*.test.js"],
  globalSetup: "<rootDir>/tests/start_server.js",
  globalTeardown: "<rootDir>/tests/stop_server.js",
  maxWorkers: 1, // one world, whose clock only goes forward, for all of them
  testTimeout: 120000, // a machine that does other work
};
