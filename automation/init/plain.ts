import { HARDWARE } from "../../config/hardware/index.js";
import { contains, networkOf } from "../../config/plan/address.js";
import type { ClusterInput } from "../../config/schema/cluster.js";
import type { HardwareProfileName } from "../../config/schema/hardware.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { type Draft, secretsOf } from "./conclude/draft.js";
import { answerTo, type Interview, lacking, saidOf } from "./interview.js";
import { Margin } from "./margin.js";
import { type NamedNode, type Question, questions } from "./questions.js";

/** What a person says of hosts that nobody can look at yet. */
export interface Wishes {
  readonly name: string;
  readonly major: 8 | 9;
  readonly nodes: readonly NamedNode[];
  readonly hardware: HardwareProfileName;
  readonly port: string;
  readonly network: string;
  readonly gateway: string;
  readonly dns: readonly string[];
  readonly ntp: readonly string[];
  readonly domain: string;
  readonly timezone: string;
  readonly installerPassword: SecretRef | undefined;
  readonly region: string | undefined;
}

const NEEDED: readonly Pick<Question<unknown>, "option" | "asks" | "example">[] = [
  questions.nodes,
  questions.gateway,
  questions.domain,
  questions.timezone,
];

/** Asks for what the command line does not say. Without a terminal all that is missing is told at once. */
export async function askWishes(
  interview: Interview,
  stack: string,
  region: string | undefined,
): Promise<Wishes> {
  const missing = NEEDED.filter(({ option }) => interview.said[option] === undefined);
  if (interview.prompt === undefined && missing.length > 0) {
    throw lacking(missing, callFor(stack));
  }
  const nodes = await answerTo(interview, questions.nodes);
  const first = nodes[0]?.address ?? "";
  const hardware = await answerTo(interview, questions.hardware, "generic");
  const nics = HARDWARE[hardware].nics;
  const slowest = nics.toSorted((a, b) => a.speedMbit - b.speedMbit)[0]?.name;
  const port = await answerTo(interview, questions.port, slowest ?? "eno1");
  const network = await answerTo(
    interview,
    questions.network,
    first.includes(":") ? undefined : networkOf(`${first}/24`),
  );
  const gateway = await answerTo(interview, questions.gateway);
  return {
    name: await answerTo(interview, questions.name, usualName(stack)),
    major: await answerTo(interview, questions.major, "9"),
    nodes,
    hardware,
    port,
    network,
    gateway,
    dns: await answerTo(interview, questions.dns, gateway),
    ntp: await answerTo(interview, questions.ntp, gateway),
    domain: await answerTo(interview, questions.domain),
    timezone: await answerTo(interview, questions.timezone),
    installerPassword: saidOf(interview, questions.password),
    region,
  };
}

/** A call that says everything. */
export function callFor(stack: string): string {
  const said = NEEDED.map(({ option, example }) => `${option} ${example}`).join(" ");
  return `Write for example \`proxmox-ha init ${stack} ${said}\`, or \`proxmox-ha init ${stack} ${questions.from.option} ${questions.from.example}\` where the hosts run Proxmox VE already.`;
}

/** Proxmox bears 15 characters. */
export function usualName(stack: string): string {
  const letters = stack
    .replaceAll(/[^A-Za-z0-9-]/g, "-")
    .replace(/^-+/, "")
    .slice(0, 15)
    .replace(/-+$/, "");
  return letters === "" ? "cluster" : letters;
}

/** The file of a cluster that is to be: one network over one bridge, to be added to. Pure. */
export function plainDraft(wishes: Wishes): Draft {
  const margin = new Margin();
  const { nodes, hardware, major, network } = wishes;
  const ring = HARDWARE[hardware].thunderboltPorts.length > 0 && nodes.length > 1;
  const even = nodes.length % 2 === 0;
  const cluster: ClusterInput = {
    name: wishes.name,
    proxmox: { major, channel: "no-subscription" },
    access: {
      installerPassword:
        wishes.installerPassword ??
        margin.secret(
          `${wishes.name}_root_password`,
          "root's password, as it is given in Proxmox's installer",
        ),
    },
    ...secretsOf({
      region: wishes.region,
      installerPassword: wishes.installerPassword,
      key: undefined,
    }),
    base: {
      domain: wishes.domain,
      dns: [...wishes.dns],
      ntp: [...wishes.ntp],
      timezone: wishes.timezone,
    },
    nodes: Object.fromEntries(
      nodes.map(({ name, address }, at) => [name, { id: at + 1, address, hardware }]),
    ),
    interfaces: { vmbr0: { bridge: { ports: [wishes.port] } } },
    networks: {
      management: {
        cidr: network,
        ...(contains(network, wishes.gateway) ? { gateway: wishes.gateway } : {}),
        on: "vmbr0",
      },
    },
    corosync: { links: ["management"], ...(even ? { evenNodesAccepted: true } : {}) },
  };
  margin.note(
    ["access", "installerPassword"],
    "A reference, never the password itself: {env: NAME}, {ssm: /path} or {pulumi: key}.",
  );
  margin.note(
    ["nodes"],
    "The lowest id founds the cluster, the others join in the order of theirs.",
  );
  margin.note(
    ["corosync"],
    even
      ? "With an even number of nodes half of them lost means no quorum. A third machine with corosync-qnetd breaks the tie; write its address instead of evenNodesAccepted:\nqdevice: { address: 10.0.0.99 }"
      : "One link is one cable that must not fail. With a second network of the hosts, name both here, the calmer one first.",
  );
  if (ring) {
    margin.note(
      ["networks"],
      "These machines have ports for a Thunderbolt ring. With its cables:\nring: { thunderbolt: {}, loopbacks: 10.255.255.0/24 }",
    );
  }
  return { cluster, margin };
}
