import ipaddr from "ipaddr.js";
import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { contains } from "../plan/address.js";
import { cephStorageIds } from "../plan/storage.js";
import { storageKinds } from "../plan/storage-kinds.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";
import { placeCodes, placeDrafts } from "./storage-places.js";

const codes = {
  ...placeCodes,
  "storage/content": {
    severity: "error",
    about: "The type of storage cannot hold this content; Proxmox refuses it.",
  },
  "storage/duplicate-id": {
    severity: "error",
    about: "A storage and a Ceph pool or file system want the same Proxmox storage id.",
  },
  "storage/reserved-id": {
    severity: "error",
    about: "Proxmox makes this storage itself at installation.",
  },
  "storage/unknown-node": {
    severity: "error",
    about: "A storage is limited to a node that does not exist.",
  },
  "storage/unreachable": {
    severity: "error",
    about: "Nodes have neither an address in the server's network nor a way out of their own.",
  },
  "storage/through-gateway": {
    severity: "warning",
    about:
      "All data of the storage passes the router, which becomes a bottleneck and a single point of failure.",
  },
  "storage/own-node": {
    severity: "error",
    about: "A node that serves its own cluster takes all guests down with it.",
  },
  "storage/prune": {
    severity: "error",
    about:
      "Rules for keeping backups have a meaning only where backups are, and `keepAll` excludes the others.",
  },
  "storage/cifs-login": {
    severity: "error",
    about: "A user without a password (or the reverse) cannot log in.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

type Storage = Facts["spec"]["storage"][string];

const KINDS = ["nfs", "cifs", "dir", "zfs", "lvmThin", "pbs"] as const;
const MADE_BY_INSTALLER = new Set(["local", "local-lvm", "local-zfs"]);

function check(facts: Facts): Draft[] {
  return [
    ...Object.entries(facts.spec.storage).flatMap(([id, storage]) => [
      ...identity(facts, id),
      ...content(id, storage),
      ...nodesOf(facts, id, storage),
      ...server(facts, id, storage),
      ...prune(id, storage),
      ...cifsLogin(id, storage),
    ]),
    ...placeDrafts(facts),
  ];
}

function kindOf(storage: Storage): (typeof KINDS)[number] {
  return KINDS.find((kind) => storage[kind] !== undefined) ?? "dir";
}

function identity({ spec }: Facts, id: string): Draft[] {
  const path = ["storage", id];
  return [
    ...(cephStorageIds(spec).includes(id)
      ? [
          draft(
            "storage/duplicate-id",
            path,
            `${id} is also the storage of a Ceph pool or file system.`,
            "Give one of the two another id (`storage:` at the pool).",
            { atKey: true },
          ),
        ]
      : []),
    ...(MADE_BY_INSTALLER.has(id)
      ? [
          draft(
            "storage/reserved-id",
            path,
            `${id} exists on every Proxmox host already.`,
            "Use another id, or write `adopt: true` to change it.",
            { atKey: true },
          ),
        ].filter(() => spec.storage[id]?.adopt !== true)
      : []),
  ];
}

function content(id: string, storage: Storage): Draft[] {
  const kind = kindOf(storage);
  const possible = storageKinds[kind].content;
  return storage.content.flatMap((one, index) =>
    possible.includes(one)
      ? []
      : [
          draft(
            "storage/content",
            ["storage", id, "content", index],
            `A storage of type ${kind} cannot hold ${one}.`,
            `Write ${list(possible, "or")}.`,
          ),
        ],
  );
}

function nodesOf({ spec }: Facts, id: string, storage: Storage): Draft[] {
  return (storage.nodes ?? []).flatMap((node, index) =>
    spec.nodes[node] === undefined
      ? [
          draft(
            "storage/unknown-node",
            ["storage", id, "nodes", index],
            `There is no node ${node}.`,
            `Write one of ${list(Object.keys(spec.nodes))}.`,
          ),
        ]
      : [],
  );
}

/** Only an address can be judged here; a name is resolved by the hosts. */
function server(facts: Facts, id: string, storage: Storage): Draft[] {
  const kind = kindOf(storage);
  const address = storage.nfs?.server ?? storage.cifs?.server ?? storage.pbs?.server;
  const path = ["storage", id, kind, "server"];
  if (address === undefined) {
    return [];
  }
  if (
    facts.nodes.some(
      (node) =>
        node.name === address ||
        Object.values(node.addresses).some(({ ipv4, ipv6 }) => [ipv4, ipv6].includes(address)),
    )
  ) {
    return [
      draft(
        "storage/own-node",
        path,
        `${address} is a node of this cluster.`,
        "Use a server outside of the cluster, or Ceph.",
      ),
    ];
  }
  if (!ipaddr.isValid(address)) {
    return [];
  }
  const near = facts.networks.filter(([, { cidr, cidr6 }]) =>
    [cidr, cidr6].some((prefix) => prefix !== undefined && contains(prefix, address)),
  );
  const users = facts.nodes.filter(({ name }) => storage.nodes?.includes(name) ?? true);
  const far = users.filter(
    (node) => !near.some(([network]) => node.addresses[network] !== undefined),
  );
  if (far.length === 0) {
    return [];
  }
  const key = ipaddr.parse(address).kind() === "ipv4" ? "gateway" : "gateway6";
  const routed = facts.networks.some(
    ([, network]) =>
      network[key] !== undefined || network.routes.some(({ to }) => contains(to, address)),
  );
  return [
    routed
      ? draft(
          "storage/through-gateway",
          path,
          `${list(far.map(({ name }) => name))} reach ${address} only through a router.`,
          "Give the nodes addresses in the server's network.",
        )
      : draft(
          "storage/unreachable",
          path,
          `${list(far.map(({ name }) => name))} cannot reach ${address}: no network of theirs contains it, and there is no gateway.`,
          "Write an address of the server in a network of the nodes, or add the network.",
        ),
  ];
}

function prune(id: string, { prune: rule, content: holds }: Storage): Draft[] {
  if (rule === undefined) {
    return [];
  }
  const path = ["storage", id, "prune"];
  const { keepAll, ...limits } = rule;
  return [
    ...(holds.includes("backup")
      ? []
      : [
          draft(
            "storage/prune",
            path,
            `Storage ${id} holds no backups that could be pruned.`,
            "Add `backup` to `content`, or remove `prune`.",
            { atKey: true },
          ),
        ]),
    ...(keepAll === true && Object.values(limits).some((value) => value !== undefined)
      ? [
          draft(
            "storage/prune",
            [...path, "keepAll"],
            "`keepAll` stands beside other rules, which it excludes.",
            "Remove `keepAll`, or the others.",
          ),
        ]
      : []),
  ];
}

function cifsLogin(id: string, { cifs }: Storage): Draft[] {
  return cifs === undefined || (cifs.user === undefined) === (cifs.password === undefined)
    ? []
    : [
        draft(
          "storage/cifs-login",
          ["storage", id, "cifs"],
          `Storage ${id} has a ${cifs.user === undefined ? "password without a user" : "user without a password"}.`,
          "Write both, or neither for guest access.",
          { atKey: true },
        ),
      ];
}

export const storage: RuleSet = { subject: "Storage", codes, check };
