import type { Replacement } from "../engines/engine.js";
import type { TwinPlan } from "../plan/twin-plan.js";

/** What surrounds the hosts on a real site and is no real product in the twin. */
export function replacedServers(
  plan: Pick<TwinPlan, "bmcs" | "pbs" | "secrets">,
): readonly Replacement[] {
  const kinds = new Set(plan.bmcs.map(({ kind }) => kind));
  return [
    ...controllers.flatMap(({ kind, ...told }) => (kinds.has(kind) ? [told] : [])),
    ...(plan.secrets.ssm === undefined
      ? []
      : [{ what: "AWS Systems Manager", by: "moto's parameter store, with random values" }]),
    ...plan.pbs.map(({ name, pinned }) => ({
      what: `Proxmox Backup Server ${name}`,
      by:
        "a server with its API for logins, datastores and lists of backups, which takes no backup" +
        (pinned === undefined ? "" : "; its certificate passes for the one that the file pins"),
    })),
  ];
}

const controllers = [
  {
    kind: "amt",
    what: "AMT controllers",
    by: "a server with the power and identity calls of AMT's WS-Man over TLS",
  },
  {
    kind: "redfish",
    what: "Redfish controllers",
    by: "a server with the systems and sessions of Redfish and each vendor's own ways",
  },
  {
    kind: "ipmi",
    what: "IPMI controllers",
    by: "OpenIPMI's ipmi_sim, which knows no cipher suite above 3",
  },
  {
    kind: "pdu",
    what: "power distribution units",
    by: "Debian's snmpd before the table of outlets that the file names; without its last outlet a host and its controllers have no power",
  },
] as const;
