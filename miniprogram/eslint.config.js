// Style of the mini program: its modules, its pages' markup, its tests.

const wxml = require("eslint-plugin-wxml");
const wxmlParser = require("@wxml/parser");

const RULES = {
  "no-undef": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "no-var": "error",
  "prefer-const": "error",
  eqeqeq: "error",
  curly: ["error", "multi-line"],
  "no-dupe-keys": "error",
  "no-unreachable": "error",
  "no-return-assign": ["error", "except-parens"],
  "no-shadow": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-alert": "error",
  "no-console": ["error", { allow: ["error"] }],
  "max-len": ["error", { code: 100, ignoreStrings: true, ignoreTemplateLiterals: true }],
  "max-lines": ["error", 400],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ["error", 12],
};

const COMMON_JS = { require: "readonly", module: "writable", console: "readonly" };
const WECHAT = {
  wx: "readonly",
  App: "readonly",
  Page: "readonly",
  Component: "readonly",
  Behavior: "readonly",
  getApp: "readonly",
  getCurrentPages: "readonly",
};
const NODE = {
  __dirname: "readonly",
  process: "readonly",
  Buffer: "readonly",
  global: "writable",
  globalThis: "writable",
  setTimeout: "readonly",
  URL: "readonly",
};
const JEST = {
  jest: "readonly",
  describe: "readonly",
  test: "readonly",
  expect: "readonly",
  beforeEach: "readonly",
  afterEach: "readonly",
  document: "readonly",
};

module.exports = [
  { ignores: ["node_modules/", "miniprogram_npm/"] },
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: "commonjs",
      globals: { ...COMMON_JS, ...WECHAT },
    },
    rules: RULES,
  },
  {
    files: ["tests/**/*.js", "*.config.js"],
    languageOptions: { ecmaVersion: 2022, globals: { ...COMMON_JS, ...WECHAT, ...NODE, ...JEST } },
    // A describe is as long as the story it tells.
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["**/*.wxml"],
    plugins: { wxml },
    languageOptions: { parser: wxmlParser },
    rules: {
      "wxml/report-wxml-syntax-error": "error",
      "wxml/report-interpolation-error": "error",
      "wxml/no-duplicate-attributes": "error",
      "wxml/no-inconsistent-tagname": "error",
      "wxml/no-unexpected-string-bool": "error",
      "wxml/no-vue-directive": "error",
      "wxml/no-wx-for-with-wx-if": "error",
      "wxml/no-wx-for-with-wx-else": "error",
      "wxml/no-wx-if-string": "error",
      "wxml/no-inline-wxs": "error",
      "wxml/wx-key": "error",
      "wxml/quotes": ["error", "double"],
    },
  },
];
