import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Ceph } from "./ceph-osds.js";

export const dashboardCodes = {
  "ceph/dashboard-without-user": {
    severity: "warning",
    about: "Ceph's page is served, and nobody may log in there.",
  },
  "ceph/dashboard-port": {
    severity: "error",
    about: "A manager cannot serve its page on a port that something else has.",
  },
} as const satisfies CodeTable;
const draft = drafter(dashboardCodes);

/** Ports of managers' hosts that are taken from the start. */
const TAKEN: Readonly<Record<number, string>> = {
  3128: "Proxmox's spiceproxy",
  3300: "the monitors",
  5405: "corosync",
  6789: "the monitors",
  8006: "Proxmox's own page",
  9100: "the node exporter",
  9283: "the managers' metrics",
};

export function dashboardDrafts({ dashboard }: Ceph): Draft[] {
  if (dashboard === false) {
    return [];
  }
  const path = ["ceph", "dashboard"];
  const { port, users } = dashboard === true ? { port: undefined, users: {} } : dashboard;
  const holder = port === undefined ? undefined : TAKEN[port];
  return [
    ...(Object.keys(users).length > 0
      ? []
      : [
          draft(
            "ceph/dashboard-without-user",
            path,
            "No user is named, so nobody may log in until somebody makes one by hand.",
            "Write `users: { NAME: { password: { ssm: /path } } }` below `dashboard`.",
          ),
        ]),
    ...(holder === undefined
      ? []
      : [
          draft(
            "ceph/dashboard-port",
            [...path, "port"],
            `Port ${port} is that of ${holder}.`,
            `Write another one, 8443 for example; taken are ${list(Object.keys(TAKEN))}.`,
          ),
        ]),
  ];
}
