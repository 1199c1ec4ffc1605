/** One place where two values differ: `files["/etc/hosts"].mode: "0600" -> "0644"`. */
export interface Difference {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

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

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
