import { Failure } from "../../../config/failure/failure.js";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Calls that Proxmox VE grants to root@pam with a ticket and to nobody else, not even to root's own token. */
const ROOT_TICKET_ONLY: readonly (readonly [Method, RegExp])[] = [
  ["POST", /^\/cluster\/config$/],
  ["POST", /^\/cluster\/config\/join$/],
  ["POST", /^\/cluster\/config\/nodes\/[^/]+$/],
  ["DELETE", /^\/cluster\/config\/nodes\/[^/]+$/],
  ["POST", /^\/nodes\/[^/]+\/ceph\/osd$/],
  ["DELETE", /^\/nodes\/[^/]+\/ceph\/osd\/[^/]+$/],
  ["PUT", /^\/nodes\/[^/]+\/disks\/wipedisk$/],
  ["GET", /^\/cluster\/backup-info$/],
];

const TICKET_ONLY: readonly (readonly [Method, RegExp])[] = [
  ["PUT", /^\/access\/password$/],
  ["POST", /^\/access\/tfa(\/|$)/],
];

/** Refuses at once what the server would refuse after three seconds and with less to say. */
export function refuseRootOnly(method: Method, path: string, identity: string): void {
  const listed = (rules: typeof TICKET_ONLY): boolean =>
    rules.some(([verb, pattern]) => verb === method && pattern.test(path));
  const needsRoot = listed(ROOT_TICKET_ONLY);
  const isToken = identity.includes("!");
  if ((needsRoot && identity !== "root@pam") || (isToken && listed(TICKET_ONLY))) {
    throw new Failure("failed", {
      tried: `to call ${method} ${path}`,
      where: "the Proxmox API",
      cameBack: needsRoot
        ? `only root@pam with a ticket may do that, and the program is ${identity}`
        : `this is not available with an API token, and the program is ${identity}`,
      doNext: "Do it over ssh as root on a node; the program's own resources do.",
    });
  }
}
