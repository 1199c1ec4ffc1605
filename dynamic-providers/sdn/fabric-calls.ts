import { z } from "zod";
import { get, startTask, tell, withVariable } from "../transport/pvesh/calls.js";
import { apiPath } from "../transport/pvesh/endpoints.js";
import type { Part } from "../transport/pvesh/part.js";
import type { Answers } from "../transport/pvesh/script.js";
import { raw, sh } from "../transport/ssh/quoting.js";
import type { Fabric, FabricFacts, FabricNode, FabricStep } from "./fabrics.js";

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

const fabrics = answer.transform(({ fabrics: all, nodes }): Fabric[] =>
  all.flatMap((fabric) =>
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
            nodes: nodes
              .filter(({ fabric_id: id }) => id === fabric.id)
              .map(({ node_id: node, ip, ip6, interfaces }) => ({ node, ip, ip6, interfaces })),
          },
        ]
      : [],
  ),
);

const CONFIGURED = get("/cluster/sdn/fabrics/all", fabrics);
const RUNNING = get("/cluster/sdn/fabrics/all", fabrics, { running: 1 });
export const FABRIC_LOOKS = [CONFIGURED, RUNNING] as const;

export function fabricFacts(said: Answers): FabricFacts {
  return { configured: said.of(CONFIGURED), running: said.of(RUNNING) };
}

/** SDN's own lock, which ends with the script, however that ends. */
function locked(resuming: boolean): Part<void> {
  const lock = tell("create", "/cluster/sdn/lock", resuming ? { "allow-pending": 1 } : {});
  return {
    ...lock,
    command: [
      sh`token=$(${raw(lock.command)}) && token=$(printf '%s' "$token" | tr -d '"') && trap ${RELEASE} EXIT HUP TERM`,
    ].join("\n"),
  };
}

const RELEASE = sh`${raw(withVariable(tell("delete", "/cluster/sdn/lock"), "lock-token", "token").name)} < /dev/null > /dev/null 2>&1`;

/** Reloads the network of every node. Its task ends well whatever they say; what they said stands in its log. */
export const APPLY = withVariable(
  startTask("set", "/cluster/sdn", { "release-lock": 0 }),
  "lock-token",
  "token",
);

/**
 * All edits and their application for one script under SDN's own lock, so that nobody's half-made edits are applied with
 * ours. `resuming`: an earlier run of ours was cut between its edits and their application.
 */
export function stepParts(steps: readonly FabricStep[], resuming: boolean): Part<unknown>[] {
  return [locked(resuming), ...steps.map(partOf)];
}

function partOf(step: FabricStep): Part<unknown> {
  return step.call === "apply" ? APPLY : withVariable(edit(step), "lock-token", "token");
}

function edit(step: Exclude<FabricStep, { call: "apply" }>): Part<void> {
  const base = "/cluster/sdn/fabrics";
  switch (step.call) {
    case "create-fabric":
      return tell("create", `${base}/fabric`, { id: step.fabric.id, ...optionsOf(step.fabric) });
    case "set-fabric":
      return tell(
        "set",
        apiPath("set", `${base}/fabric/${step.fabric.id}`),
        optionsOf(step.fabric),
      );
    case "delete-fabric":
      return tell("delete", apiPath("delete", `${base}/fabric/${step.id}`));
    case "create-node":
      return tell("create", apiPath("create", `${base}/node/${step.fabric.id}`), {
        node_id: step.node.node,
        ...nodeOptions(step.fabric, step.node),
      });
    case "set-node":
      return tell(
        "set",
        apiPath("set", `${base}/node/${step.fabric.id}/${step.node.node}`),
        nodeOptions(step.fabric, step.node),
      );
    case "delete-node":
      return tell("delete", apiPath("delete", `${base}/node/${step.id}/${step.node}`));
  }
}

function optionsOf({ protocol, options }: Fabric) {
  return { protocol, ...options };
}

function nodeOptions({ protocol }: Fabric, { ip, ip6, interfaces }: FabricNode) {
  return {
    protocol,
    ...(ip === undefined ? {} : { ip }),
    ...(ip6 === undefined ? {} : { ip6 }),
    interfaces,
  };
}

/** The task of an application ends well whatever the nodes say; what they said stands in its log. */
export function failedReloads(log: string): readonly string[] {
  return log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\bfailed\b|proxy handler|got timeout|^TASK ERROR/i.test(line));
}
