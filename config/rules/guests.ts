import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { cephStorageIds } from "../plan/storage.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";
import { contentOf } from "./storage-content.js";

const codes = {
  "guests/duplicate-id": { severity: "error", about: "A guest id exists once in a cluster." },
  "guests/unknown-node": {
    severity: "error",
    about: "A guest stands on a node that does not exist.",
  },
  "guests/unknown-network": {
    severity: "error",
    about: "A network card is on a network that is not declared.",
  },
  "guests/ring-network": {
    severity: "error",
    about:
      "A Thunderbolt ring is routed between hosts. Bridging guests onto it drops their throughput to almost nothing.",
  },
  "guests/unknown-storage": {
    severity: "error",
    about: "A disk is on a storage that is not declared.",
  },
  "guests/storage-content": {
    severity: "error",
    about: "The storage is not meant for disks of this kind of guest.",
  },
  "guests/unknown-pool": { severity: "error", about: "The guest's resource pool is not declared." },
  "guests/host-cpu-mixed": {
    severity: "warning",
    about:
      "`cpu: host` shows the guest one machine's processor. On a node with another one it cannot be migrated to while running.",
  },
  "guests/even-control-planes": {
    severity: "error",
    about: "An even number of etcd members survives no more losses than one fewer.",
  },
  "guests/control-planes-together": {
    severity: "error",
    about: "Two control planes on one node fail together, and etcd may lose its majority.",
  },
  "guests/too-many-cores": {
    severity: "error",
    about: "A guest with more processors than its node has threads does not start.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

type Guest = Facts["spec"]["guests"][string];

function check(facts: Facts): Draft[] {
  return [
    ...ids(facts),
    ...Object.entries(facts.spec.guests).flatMap(([name, guest]) => [
      ...references(facts, name, guest),
      ...disks(facts, name, guest),
      ...processor(facts, name, guest),
    ]),
    ...controlPlanes(facts),
  ];
}

function ids({ spec }: Facts): Draft[] {
  const first = new Map<number, string>();
  const monitoring = (["prometheus", "grafana"] as const).flatMap((name) => {
    const id = spec.monitoring?.[name]?.id;
    return id === undefined ? [] : [{ name, id, path: ["monitoring", name, "id"] }];
  });
  const guests = Object.entries(spec.guests).map(([name, { id }]) => ({
    name,
    id,
    path: ["guests", name, "id"],
  }));
  return [...guests, ...monitoring].flatMap(({ name, id, path }) => {
    const known = first.get(id);
    if (known === undefined) {
      first.set(id, name);
      return [];
    }
    return [
      draft(
        "guests/duplicate-id",
        path,
        `${name} and ${known} both have the id ${id}.`,
        "Give each its own id.",
      ),
    ];
  });
}

function references({ spec, nodeNames }: Facts, name: string, guest: Guest): Draft[] {
  const path = ["guests", name];
  const nics = guest.nics.flatMap(({ network }, index): Draft[] => {
    const declared = spec.networks[network];
    const at = [...path, "nics", index, "network"];
    if (declared === undefined) {
      return [
        draft(
          "guests/unknown-network",
          at,
          `There is no network ${network}.`,
          `Write one of ${list(Object.keys(spec.networks))}.`,
        ),
      ];
    }
    return declared.thunderbolt === undefined
      ? []
      : [
          draft(
            "guests/ring-network",
            at,
            `${network} is a ring, and guests cannot be bridged onto it.`,
            "Put the guest on a network with a bridge.",
          ),
        ];
  });
  return [
    ...(spec.nodes[guest.node] === undefined
      ? [
          draft(
            "guests/unknown-node",
            [...path, "node"],
            `There is no node ${guest.node}.`,
            `Write one of ${list(nodeNames)}.`,
          ),
        ]
      : []),
    ...nics,
    ...(guest.pool !== undefined && !spec.datacenter.pools.includes(guest.pool)
      ? [
          draft(
            "guests/unknown-pool",
            [...path, "pool"],
            `There is no resource pool ${guest.pool}.`,
            `Add it to \`datacenter.pools\`${spec.datacenter.pools.length === 0 ? "" : `, or write ${list(spec.datacenter.pools, "or")}`}.`,
          ),
        ]
      : []),
  ];
}

function disks(facts: Facts, name: string, guest: Guest): Draft[] {
  const needed = guest.kind === "vm" ? "images" : "rootdir";
  return guest.disks.flatMap(({ storage }, index) => {
    const content = contentOf(facts, storage);
    const path = ["guests", name, "disks", index, "storage"];
    if (content === undefined) {
      return [
        draft(
          "guests/unknown-storage",
          path,
          `There is no storage ${storage}.`,
          `Write one of ${list([...Object.keys(facts.spec.storage), ...cephStorageIds(facts.spec)]) || "those under `storage`"}.`,
        ),
      ];
    }
    return content.includes(needed)
      ? []
      : [
          draft(
            "guests/storage-content",
            path,
            `Storage ${storage} is not for ${guest.kind === "vm" ? "disks of virtual machines" : "containers"} (${list(content) || "no disks"}).`,
            `Add \`${needed}\` to its \`content\`, or use another storage.`,
          ),
        ];
  });
}

function processor({ nodes }: Facts, name: string, guest: Guest): Draft[] {
  const home = nodes.find((node) => node.name === guest.node);
  const threads = home?.hardware.threads;
  const kinds = new Set(nodes.map(({ hardware }) => hardware.cpu));
  return [
    ...(threads !== undefined && guest.cores > threads
      ? [
          draft(
            "guests/too-many-cores",
            ["guests", name, "cores"],
            `${name} wants ${guest.cores} processors, and ${guest.node} has ${threads} threads.`,
            `Write at most ${threads}.`,
          ),
        ]
      : []),
    ...(guest.cpu === "host" && guest.ha !== undefined && kinds.size > 1
      ? [
          draft(
            "guests/host-cpu-mixed",
            ["guests", name, "cpu"],
            `${name} may move between machines with different processors.`,
            "Write `cpu: x86-64-v2-AES` (or v3), or a strict placement among equal machines.",
          ),
        ]
      : []),
  ];
}

/** The Talos guests of a file are one Kubernetes cluster. */
function controlPlanes({ spec }: Facts): Draft[] {
  const members = Object.entries(spec.guests).filter(
    ([, { os, role }]) => os === "talos" && role !== "worker",
  );
  const first = new Map<string, string>();
  const together = members.flatMap(([name, { node }]) => {
    const known = first.get(node);
    if (known === undefined) {
      first.set(node, name);
      return [];
    }
    return [
      draft(
        "guests/control-planes-together",
        ["guests", name, "node"],
        `The control planes ${known} and ${name} both stand on ${node}.`,
        "Put each control plane on a node of its own.",
      ),
    ];
  });
  const last = members.at(-1)?.[0];
  return [
    ...together,
    ...(members.length % 2 === 0 && last !== undefined
      ? [
          draft(
            "guests/even-control-planes",
            ["guests", last],
            `There are ${members.length} control planes, which tolerate no more losses than ${members.length - 1}.`,
            "Remove one, or write `role: worker` at it.",
            { atKey: true },
          ),
        ]
      : []),
  ];
}

export const guests: RuleSet = { subject: "Guests", codes, check };
