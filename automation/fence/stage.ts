import { badInput } from "../../config/failure/failure.js";
import { type ClusterPlan, nodeOf, planCluster } from "../../config/plan/index.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { onlooker, type ShellOf } from "../hosts/onlooker.js";
import { visible } from "../visible.js";

/** A stack as the commands have it that switch power: its plan, its hosts, and somebody to talk to. */
export interface Stage {
  readonly stack: string;
  readonly plan: ClusterPlan;
  /** To look. */
  readonly looks: ShellOf;
  /** To change something. */
  readonly changes: ShellOf;
  /** Tells a person something; with `--json` beside the answer. */
  readonly say: (line: string) => void;
  readonly json: boolean;
}

/** A host that takes no connection by then is taken for silent. */
const CONNECT_MS = 5_000;

/** Reads the file, opens the way to the hosts for the work, and closes it. */
export async function onStage<T>(
  word: string,
  json: boolean,
  forWhom: string,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const stack = stackOf(word);
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10));
  if (found.kind === "wrong") {
    throw badInput(found.text);
  }
  const plan = planCluster(found.spec, { folder: stackFolder(stack) });
  const hosts = onlooker(found.spec, CONNECT_MS, () => undefined);
  const output = json ? process.stderr : process.stdout;
  const shell =
    (what: "looks" | "changes"): ShellOf =>
    (node) =>
      hosts.shell(nodeOf(plan, node).connection, forWhom, what);
  try {
    return await work({
      stack,
      plan,
      looks: shell("looks"),
      changes: shell("changes"),
      say: (line) => output.write(`${visible(line)}\n`),
      json,
    });
  } finally {
    hosts.leave();
  }
}

/** The node that a word on the command line means. */
export function nodeNamed({ plan }: Pick<Stage, "plan">, word: string | undefined): string {
  const names = plan.nodes.map(({ name }) => name).join(", ");
  if (word === undefined) {
    throw badInput("No node is named.", `There are ${names}.`);
  }
  if (!plan.nodes.some(({ name }) => name === word)) {
    throw badInput(`There is no node ${word} in the stack file.`, `There are ${names}.`);
  }
  return word;
}
