// Days and moments as people check them against the calendar on the wall, in Shanghai, in the same
// words as the service's (heli/ground/words.py).

const { language } = require("./preferences");

const WEEKDAYS = {
  zh: "日一二三四五六",
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const PARTS_OF_THE_DAY = [
  [6, "凌晨"],
  [12, "上午"],
  [13, "中午"],
  [18, "下午"],
  [24, "晚上"],
];
const SHANGHAI_MS = 8 * 3600 * 1000; // no daylight saving since 1991

/**
 * "12月24日（周四）上午9:00". text: RFC 3339. now: milliseconds; the year is only said when it is
 * another one.
 */
function momentInWords(text, now = Date.now()) {
  const moment = inShanghai(Date.parse(text));
  const minutes = String(moment.getUTCMinutes()).padStart(2, "0");
  const hour = moment.getUTCHours();
  const day = dayInWords(moment, inShanghai(now));
  if (language() === "en") return `${day}, ${hour}:${minutes}`;
  const [, part] = PARTS_OF_THE_DAY.find(([before]) => hour < before);
  return `${day}${part}${hour <= 12 ? hour : hour - 12}:${minutes}`;
}

function dayInWords(day, today) {
  const isThisYear = day.getUTCFullYear() === today.getUTCFullYear();
  const weekday = WEEKDAYS[language()][day.getUTCDay()];
  if (language() === "en") {
    const year = isThisYear ? "" : ` ${day.getUTCFullYear()}`;
    return `${weekday} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}${year}`;
  }
  const year = isThisYear ? "" : `${day.getUTCFullYear()}年`;
  return `${year}${day.getUTCMonth() + 1}月${day.getUTCDate()}日（周${weekday}）`;
}

/** A date whose UTC fields are what the clocks in Shanghai show. */
function inShanghai(milliseconds) {
  return new Date(milliseconds + SHANGHAI_MS);
}

module.exports = { momentInWords };
