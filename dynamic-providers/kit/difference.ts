/** One place where two values differ: `files["/etc/hosts"].mode: "0600" -> "0644"`. */
export interface Difference {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

const LONGEST_SHOWN = 120;

/** All places where two plain values differ, in a stable order. */
export function differences(from: unknown, to: unknown, path = ""): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(from[key], to[key], joined(path, key)));
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const longest = Math.max(from.length, to.length);
    return Array.from({ length: longest }, (_, at) =>
      differences(from[at], to[at], `${path}[${at}]`),
    ).flat();
  }
  return Object.is(from, to) ? [] : [{ path, from, to }];
}

export function renderDifference({ path, from, to }: Difference): string {
  return `${path}: ${shown(from)} -> ${shown(to)}`;
}

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
