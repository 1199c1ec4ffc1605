import ipaddr from "ipaddr.js";
import { list } from "../findings/enumeration.js";
import { seconds } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { canonical } from "../plan/address.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "datacenter/unknown-network": {
    severity: "error",
    about: "The migration network is not declared.",
  },
  "datacenter/insecure-migration": {
    severity: "warning",
    about:
      "Insecure migration sends the memory of guests in clear, and this network has a way out.",
  },
  "access/unknown-node": {
    severity: "error",
    about: "A host key is given for a node that does not exist.",
  },
  "access/same-host-key": {
    severity: "error",
    about: "Two nodes with one host key cannot be told apart: either could answer for the other.",
  },
  "access/missing-host-key": {
    severity: "error",
    about: "Host keys are given for some nodes only, so the others could not be reached.",
  },
  "access/jump-is-node": {
    severity: "error",
    about:
      "The way to the hosts leads over one of them, which ends with it; and the program reaches that one by way of itself.",
  },
  "hooks/unknown-node": {
    severity: "error",
    about: "A command runs on a node that does not exist.",
  },
  "deadlines/too-short": {
    severity: "error",
    about: "The deadline is shorter than what it waits for can take at best.",
  },
  "deadlines/rollback": {
    severity: "error",
    about: "A network change is undone before the program could have confirmed it.",
  },
  "base/dirty-pages": {
    severity: "warning",
    about:
      "On a machine with much memory this share of unwritten data takes long to write, and the host stalls meanwhile.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** What each wait takes on a quick machine; anything below can only fail. */
const LEAST_MS: Readonly<Record<keyof Facts["spec"]["deadlines"], number>> = {
  command: 5_000,
  packages: 60_000,
  reboot: 60_000,
  evacuation: 30_000,
  networkRollback: 15_000,
  ring: 10_000,
  join: 30_000,
  quorum: 10_000,
  storage: 10_000,
  ceph: 60_000,
  move: 60_000,
};

function check(facts: Facts): Draft[] {
  return [
    ...migration(facts),
    ...hostKeys(facts),
    ...jump(facts),
    ...hooks(facts),
    ...deadlines(facts),
    ...kernelSettings(facts),
  ];
}

function migration({ spec }: Facts): Draft[] {
  const { migrationNetwork, migrationType } = spec.datacenter;
  const network = migrationNetwork === undefined ? undefined : spec.networks[migrationNetwork];
  if (migrationNetwork === undefined) {
    return [];
  }
  if (network === undefined) {
    return [
      draft(
        "datacenter/unknown-network",
        ["datacenter", "migrationNetwork"],
        `There is no network ${migrationNetwork}.`,
        `Write one of ${list(Object.keys(spec.networks))}.`,
      ),
    ];
  }
  return migrationType === "insecure" && (network.gateway ?? network.gateway6) !== undefined
    ? [
        draft(
          "datacenter/insecure-migration",
          ["datacenter", "migrationType"],
          `The memory of guests would cross ${migrationNetwork} in clear, a network with a gateway.`,
          "Write `migrationType: secure`, or use a private network.",
        ),
      ]
    : [];
}

function hostKeys({ spec, nodeNames }: Facts): Draft[] {
  const keys = spec.access.hostKeys;
  if (typeof keys === "string") {
    return [];
  }
  return [
    ...Object.keys(keys)
      .filter((node) => spec.nodes[node] === undefined)
      .map((node) =>
        draft(
          "access/unknown-node",
          ["access", "hostKeys", node],
          `There is no node ${node}.`,
          `Write one of ${list(nodeNames)}.`,
          { atKey: true },
        ),
      ),
    ...nodeNames
      .filter((node, index) => {
        const first = nodeNames.findIndex((other) => keys[other] === keys[node]);
        return keys[node] !== undefined && first < index;
      })
      .map((node) =>
        draft(
          "access/same-host-key",
          ["access", "hostKeys", node],
          `${node} has the same host key as ${nodeNames.find((other) => keys[other] === keys[node])}.`,
          "Write the key of each node; a host that was copied needs `rm /etc/ssh/ssh_host_*` and `dpkg-reconfigure openssh-server` first.",
        ),
      ),
    ...nodeNames
      .filter((node) => keys[node] === undefined)
      .map((node) =>
        draft(
          "access/missing-host-key",
          ["access", "hostKeys"],
          `There is no host key for ${node}.`,
          `Add it: \`ssh-keyscan\` and \`ssh-keygen -lf\` on ${node}'s console show it.`,
          { atKey: true },
        ),
      ),
  ];
}

function jump({ spec, nodes }: Facts): Draft[] {
  const host = spec.access.jump?.host;
  const node = nodes.find(
    ({ name, addresses }) =>
      host !== undefined &&
      (host === name ||
        host === `${name}.${spec.base.domain}` ||
        Object.values(addresses).some(({ ipv4, ipv6 }) => [ipv4, ipv6].includes(spelling(host)))),
  );
  return node === undefined
    ? []
    : [
        draft(
          "access/jump-is-node",
          ["access", "jump", "host"],
          `The jump host ${host} is the node ${node.name}.`,
          "Write a host outside of the cluster, or remove `jump` where the hosts can be reached directly.",
        ),
      ];
}

function spelling(host: string): string {
  return ipaddr.isValid(host) ? canonical(host) : host;
}

function hooks({ spec, nodeNames }: Facts): Draft[] {
  return spec.hooks.flatMap(({ on }, index) =>
    on === "controller" || spec.nodes[on] !== undefined
      ? []
      : [
          draft(
            "hooks/unknown-node",
            ["hooks", index, "on"],
            `There is no node ${on}.`,
            `Write controller, or one of ${list(nodeNames)}.`,
          ),
        ],
  );
}

function deadlines({ spec }: Facts): Draft[] {
  return deadlineKeys(spec.deadlines)
    .filter((key) => spec.deadlines[key] < LEAST_MS[key])
    .map((key) =>
      draft(
        key === "networkRollback" ? "deadlines/rollback" : "deadlines/too-short",
        ["deadlines", key],
        key === "networkRollback"
          ? `A network change would be undone after ${seconds(spec.deadlines[key])}, before it can be confirmed.`
          : `${seconds(spec.deadlines[key])} is too short for \`${key}\`.`,
        `Write at least ${seconds(LEAST_MS[key]).replace(" ", "")}, or leave it out.`,
      ),
    );
}

function deadlineKeys(deadlines: Facts["spec"]["deadlines"]): (keyof typeof deadlines)[] {
  const known = (key: string): key is keyof typeof deadlines => key in LEAST_MS;
  return Object.keys(deadlines).filter(known);
}

/** Settings of old performance lists that stall a machine with much memory. */
function kernelSettings({ spec }: Facts): Draft[] {
  return Object.entries(spec.base.sysctl).flatMap(([key, value]) =>
    key === "vm.dirty_ratio" && Number(value) > 20
      ? [
          draft(
            "base/dirty-pages",
            ["base", "sysctl", key],
            `vm.dirty_ratio ${value} lets tens of gigabytes of unwritten data pile up and then stalls the host.`,
            "Remove it, or write `vm.dirty_bytes: 1073741824` and `vm.dirty_background_bytes: 268435456`.",
          ),
        ]
      : [],
  );
}

export const operations: RuleSet = { subject: "Operation", codes, check };
