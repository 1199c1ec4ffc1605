import { createInterface } from "node:readline/promises";
import { badInput, Failure } from "../config/failure/failure.js";

interface Meant {
  /** Said on the command line already. */
  readonly yes: boolean;
  /** What is about to happen, as it follows "Nothing was done": "russell was not switched off". */
  readonly otherwise: string;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Has a person type the node's name, so that no habit of pressing return switches a machine off. */
export async function confirm(
  node: string,
  { yes, otherwise }: Meant,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (yes) {
    return;
  }
  if (input.isTTY !== true) {
    throw badInput(
      `Nobody is there to type the name of ${node}: standard input is no terminal. Nothing was done.`,
      "Add `--yes` where it is meant so.",
    );
  }
  const typed = await ask(`Type ${node} to go on: `, { input, output });
  if (typed.trim() !== node) {
    throw new Failure("refused", {
      tried: "",
      where: "",
      cameBack: `${node} was not typed: ${otherwise}. Nothing was done.`,
      doNext: "",
    });
  }
}

/** The line that was typed; empty when the terminal was closed or Ctrl-C pressed instead. */
async function ask(question: string, { input, output }: Terminal): Promise<string> {
  const lines = createInterface({ input, output });
  const given = new AbortController();
  lines.once("SIGINT", () => given.abort());
  lines.once("close", () => given.abort());
  try {
    return await lines.question(question, { signal: given.signal });
  } catch (error) {
    if (given.signal.aborted) {
      return "";
    }
    throw error;
  } finally {
    lines.close();
  }
}
