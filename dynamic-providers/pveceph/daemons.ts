import { z } from "zod";
import { get, startTask } from "../transport/pvesh/calls.js";
import { apiPath } from "../transport/pvesh/endpoints.js";
import { act, look, type Part } from "../transport/pvesh/part.js";
import { sh } from "../transport/ssh/quoting.js";

export const ROLES = ["monitor", "manager", "metadata server"] as const;
export type Role = (typeof ROLES)[number];
/** As a node's daemon was found. A lost one stands in Ceph's books, and nothing of it lies on its host: the machine is another one. */
export type Found = "serving" | "standing still" | "lost" | "absent";

/** Flags come as numbers or as texts, by the version of Proxmox. */
const flag = z
  .union([z.number(), z.string(), z.boolean()])
  .transform((value) => Number(value) === 1);
const row = z.object({
  name: z.string(),
  state: z.string().default("unknown"),
  quorum: flag.default(false),
  /** Of a monitor that the map of monitors has; others are traces of one. */
  rank: z.number().optional(),
});
export type DaemonRow = z.output<typeof row>;

const SHORT = { monitor: "mon", manager: "mgr", "metadata server": "mds" } as const;

/** All of a kind that Ceph, its configuration or the node know of. */
export const listOf = (role: Role, node: string) =>
  get(apiPath("get", `/nodes/${node}/ceph/${SHORT[role]}`), z.array(row));

/** A manager or metadata server that stands by serves as well: it takes over. */
export function foundIn(
  rows: readonly DaemonRow[],
  role: Role,
  node: string,
  kept: boolean,
): Found {
  const mine = rows.find(({ name }) => name === node);
  if (mine === undefined) {
    return "absent";
  }
  if (serves(mine, role)) {
    return "serving";
  }
  return kept ? "standing still" : "lost";
}

const folderOf = (role: Role, node: string): string => `/var/lib/ceph/${SHORT[role]}/ceph-${node}`;

/** Whether the host has what a daemon cannot be without: a monitor its database, the others their key. */
export const keptOf = (role: Role, node: string): Part<boolean> =>
  look(
    `data of the ${role}`,
    sh`test -e ${`${folderOf(role, node)}/${role === "monitor" ? "store.db" : "keyring"}`} && echo kept || echo nothing`,
    (text) => text.trim() === "kept",
  );

/** Proxmox takes a monitor out of the books only on a host that has its folder. */
export const preparedForRemoval = (role: Role, node: string): readonly Part<void>[] =>
  role === "monitor" ? [act("folder of the monitor", sh`mkdir -p ${folderOf(role, node)}`)] : [];

/** Proxmox's task that takes one out of the books, with what lies on the host. */
export const removeDaemon = (role: Role, node: string, at: string) =>
  startTask("delete", apiPath("delete", `/nodes/${at}/ceph/${SHORT[role]}/${node}`));

function serves({ quorum, state }: DaemonRow, role: Role): boolean {
  switch (role) {
    case "monitor":
      return quorum;
    case "manager":
      return ["active", "standby"].includes(state);
    case "metadata server":
      return state.startsWith("up:");
  }
}

/** Proxmox makes this link with every daemon but a metadata server, which does not start without it. */
export const LINK_CONFIGURATION = act(
  "link to /etc/pve/ceph.conf",
  "test -e /etc/ceph/ceph.conf || test -L /etc/ceph/ceph.conf || { mkdir -p /etc/ceph && ln -s /etc/pve/ceph.conf /etc/ceph/ceph.conf; }",
);

/**
 * Proxmox makes no daemon where its folder is, and a host that is lost in the middle of the making leaves one. A manager and a metadata server
 * keep nothing but their key there; the database of a monitor stays, whoever's it is.
 */
export function clearRemains(role: Role, node: string): Part<void> {
  const folder = folderOf(role, node);
  return act(
    `remains of the ${role}`,
    sh`if test -d ${folder} && ! test -e ${`${folder}/store.db`}; then systemctl disable --now ${`ceph-${SHORT[role]}@${node}`} 2>/dev/null; rm -rf ${folder}; fi`,
  );
}

/** Proxmox's task that makes one of its node's name. */
export function makeDaemon(role: Role, node: string) {
  return startTask("create", apiPath("create", `/nodes/${node}/ceph/${SHORT[role]}/${node}`));
}
