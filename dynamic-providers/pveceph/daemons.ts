import { z } from "zod";
import { get, startTask } from "../transport/pvesh/calls.js";
import { apiPath } from "../transport/pvesh/endpoints.js";

export type Role = "monitor" | "manager";
/** As a node's daemon was found. */
export type Found = "serving" | "standing still" | "absent";

/** Flags come as numbers or as texts, by the version of Proxmox. */
const flag = z
  .union([z.number(), z.string(), z.boolean()])
  .transform((value) => Number(value) === 1);
const row = z.object({
  name: z.string(),
  state: z.string().default("unknown"),
  quorum: flag.default(false),
});
type Row = z.output<typeof row>;

const SHORT = { monitor: "mon", manager: "mgr" } as const;

/** All of a kind that Ceph, its configuration or the node know of. */
export const listOf = (role: Role, node: string) =>
  get(apiPath("get", `/nodes/${node}/ceph/${SHORT[role]}`), z.array(row));

/** A manager that stands by serves as well: it takes over. */
export function foundIn(rows: readonly Row[], role: Role, node: string): Found {
  const mine = rows.find(({ name }) => name === node);
  if (mine === undefined) {
    return "absent";
  }
  const serves = role === "monitor" ? mine.quorum : ["active", "standby"].includes(mine.state);
  return serves ? "serving" : "standing still";
}

/** Proxmox's task that makes one of its node's name. */
export function makeDaemon(role: Role, node: string) {
  return startTask("create", apiPath("create", `/nodes/${node}/ceph/${SHORT[role]}/${node}`));
}
