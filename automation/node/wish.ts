import { badInput } from "../../config/failure/failure.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { parseDuration } from "../../config/schema/units.js";
import { dayOf } from "../../dynamic-providers/transport/base/clock.js";
import type { NodeEdit } from "./edit.js";

export const NODE_VERBS = ["add", "replace", "remove"] as const;

/** As it was typed. */
export interface NodeWish {
  readonly verb: string;
  readonly node: string;
  readonly address: string | undefined;
  readonly hardware: string | undefined;
  readonly like: string | undefined;
  readonly id: string | undefined;
  /** `PATH=VALUE`, below the node. */
  readonly set: readonly string[];
  /** A duration as in the stack file: how long consents hold. */
  readonly for: string;
  /** The run may switch the machine off that leaves. */
  readonly off: boolean;
  /** A person has seen it off. */
  readonly seenOff: boolean;
}

const DAY_MS = 86_400_000;
const LONGEST_MS = 31 * DAY_MS;

/** What the words mean for this file, or what has to be typed instead. */
export function nodeEditOf(
  stack: string,
  { nodes }: Pick<ClusterSpec, "nodes">,
  wish: NodeWish,
  nowMs: number,
): NodeEdit {
  const verb = NODE_VERBS.find((one) => one === wish.verb);
  const { node } = wish;
  const known = Object.keys(nodes);
  if (verb === undefined) {
    throw badInput(
      `There is no \`node ${stack} ${wish.verb}\`.`,
      `Write add, replace or remove: \`proxmox-ha node ${stack} replace ${known[0] ?? "NODE"}\`.`,
    );
  }
  if (verb === "add") {
    return addition(stack, nodes, wish);
  }
  const surplus = [
    ["--address", wish.address],
    ["--hardware", wish.hardware],
    ["--like", wish.like],
    ["--id", wish.id],
    ["--set", wish.set[0]],
  ].flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (surplus.length > 0) {
    throw badInput(
      `${surplus.join(", ")} ${surplus.length === 1 ? "is" : "are"} for a node that is added.`,
      `A node that is ${verb}d keeps what the file says of it; edit the file for anything else.`,
    );
  }
  if (!known.includes(node)) {
    throw badInput(
      `${stack} has no node ${node}.`,
      `Its nodes are ${known.join(", ")}; a new one comes by \`proxmox-ha node ${stack} add ${node} --address ADDRESS --like ${known[0] ?? "NODE"}\`.`,
    );
  }
  if (wish.off && wish.seenOff) {
    throw badInput(
      "A machine is either seen off already, or may be switched off by the run.",
      "Write `--off` or `--seen-off`, not both.",
    );
  }
  return {
    verb,
    node,
    until: dayOf(nowMs + patienceOf(wish.for)),
    machine: wish.off ? "may be switched off" : wish.seenOff ? "was seen off" : "as it is",
  };
}

function addition(
  stack: string,
  nodes: ClusterSpec["nodes"],
  { address, hardware, id, like, node, off, seenOff, set }: NodeWish,
): NodeEdit {
  const known = Object.keys(nodes);
  const example = `\`proxmox-ha node ${stack} add ${node} --address ADDRESS --like ${known[0] ?? "NODE"}\``;
  if (known.includes(node)) {
    throw badInput(
      `${stack} has a node ${node} already.`,
      `Another machine takes its place by \`proxmox-ha node ${stack} replace ${node}\`.`,
    );
  }
  if (off || seenOff) {
    throw badInput("A node that is added leaves no machine behind.", `Write ${example}.`);
  }
  if (like !== undefined && !known.includes(like)) {
    throw badInput(`${stack} has no node ${like}.`, `Write one of ${known.join(", ")} there.`);
  }
  const kind = hardware ?? (like === undefined ? undefined : nodes[like]?.hardware);
  if (address === undefined || kind === undefined) {
    throw badInput(
      `A new node needs an address, and its hardware or a node that it is like.`,
      `Write ${example}.`,
    );
  }
  if (id !== undefined && !/^[1-9]\d{0,2}$/.test(id)) {
    throw badInput(`${id} is no id of a node.`, "Write a number from 1 to 254, or leave it out.");
  }
  const fields = new Map([
    ["address", address],
    ["hardware", kind],
  ]);
  for (const one of set) {
    const [, path, value] = /^([A-Za-z][\w.-]*)=(.+)$/s.exec(one) ?? [];
    if (path === undefined || value === undefined || value.includes("\n")) {
      throw badInput(
        `\`--set ${one}\` does not say which field gets which value.`,
        "Write `--set fence.amt.address=10.0.0.24`: the field's path below the node, and its value.",
      );
    }
    fields.set(path, value);
  }
  return {
    verb: "add",
    node,
    id: id === undefined ? Math.max(...Object.values(nodes).map((one) => one.id)) + 1 : Number(id),
    fields,
    like,
  };
}

function patienceOf(word: string): number {
  const ms = parseDuration(word);
  if (ms === undefined || ms < 0 || ms > LONGEST_MS) {
    throw badInput(
      `${word} is no time that a consent may hold.`,
      "Write `--for 7d`; a month at most, because what it was meant for is forgotten by then.",
    );
  }
  return ms;
}
