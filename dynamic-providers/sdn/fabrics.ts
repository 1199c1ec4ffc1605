import { z } from "zod";
import { parseJson } from "../transport/base/json.js";
import { quote } from "../transport/ssh/quoting.js";

/** A fabric as the stack file wants it, in the words of Proxmox's API. */
export interface Fabric {
  readonly id: string;
  readonly protocol: "openfabric" | "ospf";
  readonly options: Readonly<Record<string, string>>;
  readonly nodes: readonly FabricNode[];
}

export interface FabricNode {
  readonly node: string;
  readonly ip?: string | undefined;
  readonly ip6?: string | undefined;
  readonly interfaces: readonly string[];
}

/** What is configured, and what every node was last told to run. */
export interface FabricFacts {
  readonly configured: readonly Fabric[];
  readonly running: readonly Fabric[];
}

const MARK = "@@proxmox-ha-running@@";

export const FABRICS_SCRIPT = [
  "export LC_ALL=C",
  "pvesh get /cluster/sdn/fabrics/all --output-format json || exit 1",
  `printf '\\n${MARK}\\n'`,
  "pvesh get /cluster/sdn/fabrics/all --running 1 --output-format json || exit 1",
].join("\n");

const text = z.union([z.string(), z.number()]).transform(String);
const answer = z.object({
  fabrics: z.array(
    z.looseObject({ id: z.string(), protocol: z.string() }).catchall(z.union([text, z.unknown()])),
  ),
  nodes: z.array(
    z.object({
      fabric_id: z.string(),
      node_id: z.string(),
      ip: z.string().optional(),
      ip6: z.string().optional(),
      interfaces: z.array(z.string()).default([]),
    }),
  ),
});

/** Options that the program sets; others of a fabric stay as somebody set them. */
const OPTIONS = ["ip_prefix", "ip6_prefix", "hello_interval", "csnp_interval", "area"] as const;

/** Reads both answers; undefined when one is none. */
export function parseFabrics(output: string): FabricFacts | undefined {
  const [first = "", second = ""] = output.split(`\n${MARK}\n`);
  const configured = fabricsOf(first);
  const running = fabricsOf(second);
  return configured === undefined || running === undefined ? undefined : { configured, running };
}

function fabricsOf(output: string): Fabric[] | undefined {
  const parsed = answer.safeParse(parseJson(output)).data;
  return parsed?.fabrics.flatMap((fabric) =>
    fabric.protocol === "openfabric" || fabric.protocol === "ospf"
      ? [
          {
            id: fabric.id,
            protocol: fabric.protocol,
            options: Object.fromEntries(
              OPTIONS.flatMap((key) =>
                typeof fabric[key] === "string" ? [[key, fabric[key]] as const] : [],
              ),
            ),
            nodes: parsed.nodes
              .filter(({ fabric_id: id }) => id === fabric.id)
              .map(({ node_id: node, ip, ip6, interfaces }) => ({ node, ip, ip6, interfaces })),
          },
        ]
      : [],
  );
}

/** One call of the API, in order. */
export type FabricStep =
  | { readonly call: "create-fabric" | "set-fabric"; readonly fabric: Fabric }
  | { readonly call: "delete-fabric"; readonly id: string }
  | {
      readonly call: "create-node" | "set-node";
      readonly fabric: Fabric;
      readonly node: FabricNode;
    }
  | { readonly call: "delete-node"; readonly id: string; readonly node: string }
  | { readonly call: "apply" };

export interface FabricChange {
  readonly kind: "add" | "change" | "remove";
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly step: FabricStep;
}

/** What has to happen to one fabric; others are nobody's business here. */
export function planFabric(
  id: string,
  wanted: Fabric | undefined,
  { configured, running }: FabricFacts,
): FabricChange[] {
  const now = configured.find((one) => one.id === id);
  const applied = running.find((one) => one.id === id);
  const edits = wanted === undefined ? removal(now) : editsOf(wanted, now);
  const settled = edits.length === 0 && same(now, applied);
  return settled
    ? []
    : [
        ...edits,
        {
          kind: "add",
          path: "applied",
          from: applied === undefined ? "not running" : "another state is running",
          to: wanted === undefined ? "gone from all nodes" : "running on all nodes",
          step: { call: "apply" },
        },
      ];
}

/** Deleting a fabric takes its nodes along. */
function removal(now: Fabric | undefined): FabricChange[] {
  return now === undefined
    ? []
    : [
        {
          kind: "remove",
          path: "fabric",
          from: fabricText(now),
          to: "absent",
          step: { call: "delete-fabric", id: now.id },
        },
      ];
}

function editsOf(wanted: Fabric, now: Fabric | undefined): FabricChange[] {
  const fabric: FabricChange[] =
    now === undefined
      ? [
          {
            kind: "add",
            path: "fabric",
            from: "absent",
            to: fabricText(wanted),
            step: { call: "create-fabric", fabric: wanted },
          },
        ]
      : fabricText(now) === fabricText(wanted)
        ? []
        : [
            {
              kind: "change",
              path: "fabric",
              from: fabricText(now),
              to: fabricText(wanted),
              step: { call: "set-fabric", fabric: wanted },
            },
          ];
  const extra = (now?.nodes ?? []).filter(({ node }) =>
    wanted.nodes.every((one) => one.node !== node),
  );
  return [
    ...fabric,
    ...extra.map(
      ({ node }): FabricChange => ({
        kind: "remove",
        path: `nodes["${node}"]`,
        from: "in the fabric",
        to: "absent",
        step: { call: "delete-node", id: wanted.id, node },
      }),
    ),
    ...wanted.nodes.flatMap((node) => nodeEdit(wanted, node, now)),
  ];
}

function nodeEdit(fabric: Fabric, node: FabricNode, now: Fabric | undefined): FabricChange[] {
  const known = now?.nodes.find((one) => one.node === node.node);
  const path = `nodes["${node.node}"]`;
  if (known === undefined) {
    const step: FabricStep = { call: "create-node", fabric, node };
    return [{ kind: "add", path, from: "absent", to: nodeText(node), step }];
  }
  const step: FabricStep = { call: "set-node", fabric, node };
  return nodeText(known) === nodeText(node)
    ? []
    : [{ kind: "change", path, from: nodeText(known), to: nodeText(node), step }];
}

function same(a: Fabric | undefined, b: Fabric | undefined): boolean {
  const whole = (fabric: Fabric | undefined): string =>
    fabric === undefined
      ? ""
      : [
          fabricText(fabric),
          ...fabric.nodes.map((one) => `${one.node} ${nodeText(one)}`).sort(),
        ].join("\n");
  return whole(a) === whole(b);
}

function fabricText({ protocol, options }: Fabric): string {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return [protocol, ...pairs.sort()].join(" ");
}

function nodeText({ ip, ip6, interfaces }: FabricNode): string {
  const sorted = interfaces.map((one) => one.split(",").sort().join(",")).sort();
  return [ip, ip6, ...sorted].filter((part) => part !== undefined).join(" ");
}

/**
 * All edits and their application as one script under SDN's own lock, so that nobody's half-made edits are applied with
 * ours. `resuming`: an earlier run of ours was cut between its edits and their application.
 */
export function stepsScript(steps: readonly FabricStep[], resuming: boolean): string {
  const pending = resuming ? " --allow-pending 1" : "";
  return [
    "export LC_ALL=C",
    `t=$(pvesh create /cluster/sdn/lock${pending} --output-format json) || exit 1`,
    "t=$(printf '%s' \"$t\" | tr -d '\"')",
    "trap 'pvesh delete /cluster/sdn/lock --lock-token \"$t\" >/dev/null 2>&1' EXIT HUP TERM",
    ...steps.map((step) => `${callOf(step)} --lock-token "$t" 2>&1 || exit 1`),
  ].join("\n");
}

function callOf(step: FabricStep): string {
  const base = "/cluster/sdn/fabrics";
  switch (step.call) {
    case "create-fabric":
      return `pvesh create ${base}/fabric --id ${quote(step.fabric.id)} ${optionsOf(step.fabric)}`;
    case "set-fabric":
      return `pvesh set ${base}/fabric/${step.fabric.id} ${optionsOf(step.fabric)}`;
    case "delete-fabric":
      return `pvesh delete ${base}/fabric/${step.id}`;
    case "create-node":
      return `pvesh create ${base}/node/${step.fabric.id} --node_id ${quote(step.node.node)} ${nodeOptions(step.fabric, step.node)}`;
    case "set-node":
      return `pvesh set ${base}/node/${step.fabric.id}/${step.node.node} ${nodeOptions(step.fabric, step.node)}`;
    case "delete-node":
      return `pvesh delete ${base}/node/${step.id}/${step.node}`;
    case "apply":
      return "pvesh set /cluster/sdn --release-lock 0";
  }
}

function optionsOf({ protocol, options }: Fabric): string {
  const pairs = Object.entries(options).map(([key, value]) => `--${key} ${quote(value)}`);
  return [`--protocol ${protocol}`, ...pairs].join(" ");
}

function nodeOptions({ protocol }: Fabric, { ip, ip6, interfaces }: FabricNode): string {
  return [
    `--protocol ${protocol}`,
    ...(ip === undefined ? [] : [`--ip ${quote(ip)}`]),
    ...(ip6 === undefined ? [] : [`--ip6 ${quote(ip6)}`]),
    ...interfaces.map((one) => `--interfaces ${quote(one)}`),
  ].join(" ");
}

/** The task of an application ends well whatever the nodes say; what they said stands in its log. */
export function failedReloads(log: string): readonly string[] {
  return log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\bfailed\b|proxy handler|got timeout|^TASK ERROR/i.test(line));
}
