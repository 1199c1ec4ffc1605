import type { Shell } from "../ssh/run-options.js";
import type { Part } from "./part.js";
import { type Answers, answersOf, type Purpose, scriptOf } from "./script.js";

/** What one round trip is for. */
export interface Errand extends Omit<Purpose, "node"> {
  /** What the log calls it. */
  readonly verb: string;
  readonly timeoutMs: number;
  /** What its commands read. */
  readonly stdin?: Buffer;
  /** A promise that changes may be made twice, when a connection breaks between them. */
  readonly repeatable?: true;
}

/** Has a host answer all parts in one round trip. */
export async function ask(
  host: Shell,
  parts: readonly Part<unknown>[],
  { verb, timeoutMs, stdin, repeatable, tried, doNext }: Errand,
): Promise<Answers> {
  const result = await host.run(scriptOf(parts), {
    timeoutMs,
    repeatable: repeatable ?? parts.every(({ changes }) => !changes),
    verb,
    ...(stdin === undefined ? {} : { stdin }),
  });
  return answersOf(parts, result, { tried, node: host.node, doNext });
}
