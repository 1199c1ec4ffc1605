import type { Expectation } from "./case.js";

/** What came back from a command or a call. */
export interface Answer {
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly body?: string;
  readonly seconds: number;
}

/** How an answer differs from what is expected, one sentence each; empty when it does not. */
export function differences(expected: Expectation, answer: Answer): string[] {
  const output = `${answer.stdout ?? ""}${answer.stderr ?? ""}${answer.body ?? ""}`;
  return [
    ...exitDifference(expected.exit, answer.exit),
    ...textDifference("stdout", expected.stdout, answer.stdout),
    ...textDifference("stderr", expected.stderr, answer.stderr),
    ...textDifference("output", expected.output, output),
    ...(expected.without !== undefined && pattern(expected.without).test(output)
      ? [`output must not match /${expected.without}/, but it is ${shown(output)}`]
      : []),
    ...(expected.status !== undefined && expected.status !== answer.status
      ? [`HTTP status ${expected.status} expected, got ${answer.status ?? "no reply"}`]
      : []),
    ...textDifference("reason", expected.reason, answer.reason),
    ...(expected.emptyBody === true && answer.body !== ""
      ? [`empty body expected, got ${shown(answer.body ?? "")}`]
      : []),
    ...(expected.json === undefined ? [] : jsonDifference(expected.json, answer)),
    ...(expected.atLeastS !== undefined && answer.seconds < expected.atLeastS
      ? [`expected to take at least ${expected.atLeastS} s, took ${answer.seconds.toFixed(1)} s`]
      : []),
    ...(expected.atMostS !== undefined && answer.seconds > expected.atMostS
      ? [`expected to take at most ${expected.atMostS} s, took ${answer.seconds.toFixed(1)} s`]
      : []),
  ];
}

function exitDifference(expected: Expectation["exit"], exit: number | undefined): string[] {
  if (expected === undefined) return [];
  if (expected === "failure") {
    return exit === 0 || exit === undefined
      ? [`a failure expected, got exit ${exit ?? "none"}`]
      : [];
  }
  const accepted = Array.isArray(expected) ? expected : [expected];
  return exit !== undefined && accepted.includes(exit)
    ? []
    : [`exit ${accepted.join(" or ")} expected, got ${exit ?? "none"}`];
}

function textDifference(what: string, expected: string | undefined, text = ""): string[] {
  return expected === undefined || pattern(expected).test(text)
    ? []
    : [`${what} expected to match /${expected}/, got ${shown(text)}`];
}

function pattern(text: string): RegExp {
  return new RegExp(text, "m");
}

function shown(text: string): string {
  return JSON.stringify(text.length > 600 ? `…${text.slice(-600)}` : text);
}

function jsonDifference(expected: unknown, answer: Answer): string[] {
  const text = answer.body ?? answer.stdout ?? "";
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [`JSON expected, got ${shown(text)}`];
  }
  return contained(expected, found, "reply");
}

/** Objects must contain the expected keys; each expected element of a list must match some element of the found one. */
function contained(expected: unknown, found: unknown, where: string): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return [`${where}: a list expected, got ${JSON.stringify(found)}`];
    return expected
      .filter((one) => !found.some((other) => contained(one, other, where).length === 0))
      .map(
        (one) =>
          `${where}: no element like ${JSON.stringify(one)} in ${shown(JSON.stringify(found))}`,
      );
  }
  if (isRecord(expected)) {
    if (!isRecord(found)) return [`${where}: an object expected, got ${JSON.stringify(found)}`];
    return Object.entries(expected).flatMap(([key, value]) =>
      value === null && !(key in found)
        ? [`${where}.${key}: null expected, but the key is absent`]
        : contained(value, found[key], `${where}.${key}`),
    );
  }
  if (typeof expected === "string" && expected.startsWith("~")) {
    return new RegExp(expected.slice(1), "m").test(String(found ?? ""))
      ? []
      : [`${where}: expected to match /${expected.slice(1)}/, got ${JSON.stringify(found)}`];
  }
  // The API gives numbers as strings now and then.
  return String(expected) === String(found)
    ? []
    : [`${where}: ${JSON.stringify(expected)} expected, got ${JSON.stringify(found)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
