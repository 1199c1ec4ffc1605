import { createInterface } from "node:readline/promises";
import { visible } from "../visible.js";
import type { Prompt } from "./interview.js";

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** The person at this terminal; undefined where there is none. */
export function promptAt(
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Prompt | undefined {
  if (input.isTTY !== true) {
    return undefined;
  }
  return {
    say: (text) => {
      output.write(`${visible(text)}\n`);
    },
    ask: async (question) => {
      const lines = createInterface({ input, output });
      const given = new AbortController();
      lines.once("SIGINT", () => given.abort());
      lines.once("close", () => given.abort());
      try {
        return await lines.question(visible(question), { signal: given.signal });
      } catch (error) {
        if (given.signal.aborted) {
          return undefined;
        }
        throw error;
      } finally {
        lines.close();
      }
    },
  };
}
