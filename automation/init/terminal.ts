import { createInterface } from "node:readline";
import { visible } from "../visible.js";
import type { Prompt } from "./interview.js";

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

export interface OpenPrompt extends Prompt {
  /** Gives the terminal back. */
  leave(): void;
}

/** The person at this terminal; undefined where there is none. Lines that were typed ahead answer the questions to come. */
export function promptAt(
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): OpenPrompt | undefined {
  if (input.isTTY !== true) {
    return undefined;
  }
  const lines = createInterface({ input, output });
  const ahead: string[] = [];
  let closed = false;
  let waiting: ((line: string | undefined) => void) | undefined;
  lines.on("line", (line) => {
    if (waiting === undefined) {
      ahead.push(line);
    } else {
      waiting(line);
    }
  });
  lines.on("SIGINT", () => lines.close());
  lines.once("close", () => {
    closed = true;
    waiting?.(undefined);
  });
  return {
    say: (text) => {
      output.write(`${visible(text)}\n`);
    },
    ask: async (question) => {
      output.write(visible(question));
      const typed = ahead.shift();
      if (typed !== undefined || closed) {
        return typed;
      }
      return await new Promise((resolve) => {
        waiting = (line) => {
          waiting = undefined;
          resolve(line);
        };
      });
    },
    leave: () => lines.close(),
  };
}
