import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import {
  type ClusterInput,
  type ClusterSpec,
  clusterSchema,
} from "../../../../config/schema/cluster.js";

export const STACKS = ["frege", "pve1", "homelab", "gtr7"] as const;
export type Stack = (typeof STACKS)[number];

const stackFile = z.object({ config: z.object({ "proxmox-ha:cluster": z.unknown() }) });

/** The section of one of the repository's stack files, as it is written. */
export function sectionOf(stack: Stack): Record<string, unknown> {
  return sectionIn(path.join(process.cwd(), `Pulumi.${stack}.yaml`));
}

/** One of the stacks that are only there for tests. */
export function fixtureSpec(stack: "trio"): ClusterSpec {
  return clusterSchema.parse(
    sectionIn(path.join(process.cwd(), "tests", "fixtures", "stacks", `Pulumi.${stack}.yaml`)),
  );
}

function sectionIn(file: string): Record<string, unknown> {
  const { config } = stackFile.parse(parse(readFileSync(file, "utf8")));
  return z.record(z.string(), z.unknown()).parse(config["proxmox-ha:cluster"]);
}

/** The same, parsed; changes are applied before parsing. */
export function specOf(stack: Stack, changes: Partial<ClusterInput> = {}): ClusterSpec {
  return clusterSchema.parse({ ...sectionOf(stack), ...changes });
}

/** A small cluster of N nodes with a ring, for tests that vary the shape. */
export function ringCluster(count: number, changes: Partial<ClusterInput> = {}): ClusterSpec {
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  const input: ClusterInput = {
    name: "shape",
    proxmox: { major: 9 },
    access: { installerPassword: { pulumi: "installerPassword" } },
    base: {
      domain: "lab.example",
      dns: ["10.0.0.1"],
      ntp: ["10.0.0.1"],
      timezone: "Europe/Vienna",
    },
    nodes: Object.fromEntries(
      names.map((name, index) => [
        name,
        { id: index + 1, address: `10.0.0.${index + 11}`, hardware: "ms-01" },
      ]),
    ),
    interfaces: { vmbr0: { bridge: { ports: ["enp87s0"] } } },
    networks: {
      management: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", on: "vmbr0" },
      ring: { thunderbolt: {}, loopbacks: "10.255.255.0/24", loopbacks6: "fd00:255::/64" },
    },
    corosync: { links: ["management", "ring"], evenNodesAccepted: true },
    ...changes,
  };
  return clusterSchema.parse(input);
}
