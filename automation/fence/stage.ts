import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { type ClusterPlan, nodeOf, planCluster } from "../../config/plan/index.js";
import type { StackFile } from "../engine/backend.js";
import { readStackFile } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { type OnBehalf, onlooker, type ShellOf } from "../hosts/onlooker.js";

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

export interface Staging {
  readonly say: (line: string) => void;
  readonly json: boolean;
  /** What the run's log calls the one that comes. */
  readonly forWhom: string;
  /** The person at the command line where it is nobody else. */
  readonly onBehalf?: OnBehalf;
}

/** Reads the file, opens the way to the hosts for the work, and closes it. */
export async function stageOf<T>(
  { stack, folder }: StackFile,
  { say, json, forWhom, onBehalf }: Staging,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10), folder);
  if (found.kind === "wrong") {
    throw badInput(found.text);
  }
  const plan = planCluster(found.spec, { folder: stackFolder(stack, onBehalf?.env) });
  const hosts = onlooker(found.spec, CONNECT_MS, () => undefined, undefined, onBehalf);
  const shell =
    (what: "looks" | "changes"): ShellOf =>
    (node) =>
      hosts.shell(nodeOf(plan, node).connection, forWhom, what);
  try {
    return await work({ stack, plan, looks: shell("looks"), changes: shell("changes"), say, json });
  } finally {
    hosts.leave();
  }
}

/** The node that a word on the command line means. */
export function nodeNamed({ plan }: Pick<Stage, "plan">, word: string | undefined): string {
  const names = plan.nodes.map(({ name }) => name);
  if (word === undefined) {
    throw badInput(
      "No node is named.",
      `Write its name behind the verb. There are ${names.join(", ")}.`,
    );
  }
  if (!names.includes(word)) {
    throw badInput(`There is no node ${word} in the stack file.`, othersThan(word, names));
  }
  return word;
}
