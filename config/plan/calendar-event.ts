/**
 * Whether Proxmox understands a schedule: `[weekdays] [[years-]months-days] [hours:]minutes`, each part a number, a range
 * `1..5`, a list `1,3`, a step `0/6` or `*`. What it understands and no clock or calendar ever shows is none either.
 */
export function isCalendarEvent(text: string): boolean {
  const words = text.trim().toLowerCase().split(/\s+/);
  const [first = ""] = words;
  if (words.length === 1 && SHORTHANDS.has(first)) {
    return true;
  }
  const rest = WEEKDAYS.test(first) ? words.slice(1) : words;
  const [date, time] = rest[0]?.includes("-") === true ? [rest[0], rest[1]] : [undefined, rest[0]];
  return (
    first !== "" &&
    rest.length === [date, time].filter((one) => one !== undefined).length &&
    (date === undefined || isDate(date)) &&
    (time === undefined || isTime(time))
  );
}

/**
 * Whether two schedules may begin at one moment: the same time of day, and no weekdays or dates that keep them apart. Times that are written
 * differently are not compared.
 */
export function mayBeginTogether(one: string, other: string): boolean {
  const a = eventParts(one);
  const b = eventParts(other);
  return (
    a.time === b.time &&
    (a.date === b.date || a.date === undefined || b.date === undefined) &&
    a.days.some((day) => b.days.includes(day))
  );
}

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Weekdays, date and time of day of a schedule that Proxmox understands. */
export function eventParts(text: string) {
  const words = text.trim().toLowerCase().split(/\s+/);
  const weekdays = words.filter((word) => WEEKDAYS.test(word));
  const [date, time] = words
    .filter((word) => !weekdays.includes(word))
    .sort((a, b) => Number(b.includes("-")) - Number(a.includes("-")));
  const hasDate = date?.includes("-") === true;
  return {
    days: weekdays.length === 0 ? WEEK : weekdays.flatMap(daysIn),
    date: hasDate ? date : undefined,
    time: ((hasDate ? time : date) ?? "00:00").replace(/^0(?=\d)/, ""),
  };
}

function daysIn(word: string): (typeof WEEK)[number][] {
  return word.split(",").flatMap((part) => {
    const [from = 0, to = from] = part
      .split(/\.\.|-/)
      .map((day) => WEEK.findIndex((name) => day.startsWith(name)));
    return WEEK.filter((_day, at) =>
      from <= to ? at >= from && at <= to : at >= from || at <= to,
    );
  });
}

const SHORTHANDS = new Set(
  "minutely hourly daily weekly monthly quarterly yearly annually semiannually semi-annually".split(
    " ",
  ),
);
const DAY = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*";
const WEEKDAYS = new RegExp(`^${DAY}((\\.\\.|,|-)${DAY})*$`);
/** February has 29 days in the years that count here. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(text: string): boolean {
  const parts = text.split("-");
  const [days = "", months = "", years = "*"] = parts.reverse();
  const month = /^\d+$/.test(months) ? Number(months) : undefined;
  const longest = month === undefined ? 31 : (DAYS[month - 1] ?? 0);
  return (
    parts.length >= 2 &&
    parts.length <= 3 &&
    isPart(years, 1970, 2199) &&
    isPart(months, 1, 12) &&
    isPart(days, 1, longest)
  );
}

function isTime(text: string): boolean {
  const parts = text.split(":");
  const [hours = "", minutes = "0", seconds = "0"] = parts.length === 1 ? ["*", text] : parts;
  return (
    parts.length <= 3 && isPart(hours, 0, 23) && isPart(minutes, 0, 59) && isPart(seconds, 0, 59)
  );
}

function isPart(text: string, least: number, most: number): boolean {
  return text.split(",").every((one) => {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(one);
    const [, every, from, to, step] = match ?? [];
    const within = (number: string | undefined) =>
      number === undefined || (Number(number) >= least && Number(number) <= most);
    return (
      match !== null &&
      (every !== undefined || (within(from) && within(to) && Number(from) <= Number(to ?? from))) &&
      (step === undefined || (Number(step) >= 1 && Number(step) <= most))
    );
  });
}
