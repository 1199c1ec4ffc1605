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
