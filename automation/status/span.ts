export const DAY_S = 86_400;

/** Roughly, as a person says it. */
export function spanOf(seconds: number): string {
  const [value, unit] =
    seconds < 2 * 60
      ? [seconds, "s"]
      : seconds < 2 * 3_600
        ? [seconds / 60, "min"]
        : seconds < 2 * DAY_S
          ? [seconds / 3_600, "h"]
          : [seconds / DAY_S, "days"];
  return `${Math.round(value)} ${unit}`;
}
