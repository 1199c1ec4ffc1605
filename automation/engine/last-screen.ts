import { messageOf } from "../../config/failure/failure.js";
import { planCluster } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { ReadStack } from "./stack-file.js";

export interface EndedWell {
  readonly stack: string;
  /** A run that changed nothing has asked no host, and asks none for this either. */
  readonly changed: boolean;
  /** The stack file as it is by now; somebody may have edited it while the run went on. */
  readonly read: () => ReadStack;
  readonly look: (stack: string, spec: ClusterSpec) => Promise<string>;
}

/** How the cluster is now, and how to go on. The run has ended well before it, and nothing here makes another end of that. */
export async function lastScreen(ended: EndedWell): Promise<string> {
  const { stack } = ended;
  const { address, lines } = await seenNow(ended);
  return [
    ...lines,
    "",
    "Go on",
    `${`  https://${address ?? "<node>"}:8006`.padEnd(46)}the web interface of Proxmox VE`,
    `${`  npx proxmox-ha status ${stack}`.padEnd(46)}how the cluster is now`,
    `  npx proxmox-ha doctor ${stack} --cluster`.padEnd(46) +
      "measure paths, links, services, storage",
    "",
  ].join("\n");
}

interface SeenNow {
  /** Of the first node. */
  readonly address?: string | undefined;
  readonly lines: readonly string[];
}

async function seenNow({ stack, changed, read, look }: EndedWell): Promise<SeenNow> {
  try {
    const found = read();
    if (found.kind === "wrong") {
      return { lines: unread("the stack file cannot be read any more", found.text) };
    }
    const address = planCluster(found.spec).nodes[0]?.address;
    return { address, lines: changed ? ["", await looked(look, stack, found.spec)] : [] };
  } catch (error) {
    return { lines: unread("the stack file cannot be read any more", messageOf(error)) };
  }
}

async function looked(look: EndedWell["look"], stack: string, spec: ClusterSpec): Promise<string> {
  try {
    return (await look(stack, spec)).trimEnd();
  } catch (error) {
    return unread("the cluster could not be looked at", messageOf(error)).slice(1).join("\n");
  }
}

function unread(what: string, why: string): string[] {
  return [
    "",
    `The run ended well. How the cluster is now is not shown: ${what}.`,
    ...why
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}
