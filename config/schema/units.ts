import { oneLine } from "./text.js";

const SIZE = /^(\d+(?:\.\d+)?)\s?(B|kB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|PiB)$/;
const SIZE_FACTOR: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};

const DURATION = /^(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)$/;
const DURATION_FACTOR: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const RATE = /^(\d+(?:\.\d+)?)\s?(Mbit|Gbit)\/s$/;

/** The regular expressions by the name that people read for them. */
export const UNIT_PATTERNS = { size: SIZE, duration: DURATION, rate: RATE } as const;

/** Bytes of a human size such as `1800GB` or `4GiB`; undefined when it is not one. */
export function parseSize(text: string): number | undefined {
  return scaled(SIZE.exec(text), SIZE_FACTOR);
}

/** Milliseconds of a human duration such as `30s` or `5m`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  return scaled(DURATION.exec(text), DURATION_FACTOR);
}

function scaled(
  match: RegExpExecArray | null,
  factors: Readonly<Record<string, number>>,
): number | undefined {
  const [, amount, unit] = match ?? [];
  const factor = unit === undefined ? undefined : factors[unit];
  return amount === undefined || factor === undefined
    ? undefined
    : Math.round(Number(amount) * factor);
}

/** A size; bytes once parsed. */
export const size = oneLine
  .regex(SIZE, "write a number with a unit: 4GiB, 1800GB, 7.68TB")
  .refine((text) => parseSize(text) !== 0, "write more than nothing: 4GiB, 1800GB")
  .transform((text) => parseSize(text) ?? 0);

/** A duration; milliseconds once parsed. */
export const duration = oneLine
  .regex(DURATION, "write a number with a unit: 500ms, 30s, 5m, 2h")
  .refine((text) => parseDuration(text) !== 0, "write more than no time: 500ms, 30s, 5m")
  .transform((text) => parseDuration(text) ?? 0);

/** A link speed; Mbit/s once parsed. */
export const rate = oneLine
  .regex(RATE, "write a number with a unit: 2500Mbit/s, 25Gbit/s")
  .refine((text) => !/^0+(\.0+)?\s?[MG]/.test(text), "write more than nothing: 2500Mbit/s")
  .transform((text) => {
    const [, amount, unit] = RATE.exec(text) ?? [];
    return Number(amount ?? 0) * (unit === "Gbit" ? 1_000 : 1);
  });
