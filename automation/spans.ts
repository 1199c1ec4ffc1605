export const DAY_S = 86_400;

/** Seconds as a person reads them who waits for their end: `40 s`, `2 min 5 s`, `1 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [amount: number, unit: string][] = [
    [Math.floor(whole / 3_600), "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole < 3_600 ? whole % 60 : 0, "s"],
  ];
  const said = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return said.length === 0 ? "0 s" : said.join(" ");
}

const UNITS = [
  { seconds: DAY_S, name: "days" },
  { seconds: 3_600, name: "h" },
  { seconds: 60, name: "min" },
] as const;

/** Roughly, as a person says how old something is: in the largest unit of which there are two. */
export function spanOf(seconds: number): string {
  const unit = UNITS.find((one) => seconds >= 2 * one.seconds);
  return unit === undefined
    ? `${Math.round(seconds)} s`
    : `${Math.round(seconds / unit.seconds)} ${unit.name}`;
}
