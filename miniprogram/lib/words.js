// The sentences in the reader's language.

const { language } = require("./preferences");

const WORDS = { zh: require("./words/zh"), en: require("./words/en") };

/** The sentences of one page or part, in the reader's language. */
function words(part) {
  return WORDS[language()][part];
}

/** A sentence with its gaps filled: fill("到 {deadline}", { deadline: "…" }). */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_gap, name) => values[name]);
}

module.exports = { words, fill };
