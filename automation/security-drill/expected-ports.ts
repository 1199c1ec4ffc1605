import type { ClusterPlan } from "../../config/plan/index.js";
import type { Listener } from "./listeners.js";

/** Ports that a host has open because the file's phases need them. */
export interface ExpectedPorts {
  readonly protocol: Listener["protocol"];
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export type Needs = Pick<ClusterPlan, "corosync" | "storages" | "ceph" | "nodeExporter"> & {
  readonly sshPort: number;
};

export function expectedPorts({
  corosync,
  storages,
  ceph,
  nodeExporter,
  sshPort,
}: Needs): readonly ExpectedPorts[] {
  const tcp = (from: number, why: string, to = from): ExpectedPorts => ({
    protocol: "tcp",
    from,
    to,
    why,
  });
  const udp = (port: number, why: string): ExpectedPorts => ({
    protocol: "udp",
    from: port,
    to: port,
    why,
  });
  return [
    tcp(sshPort, "ssh"),
    // Members reach each other by ssh at this one, whatever the controller uses.
    tcp(22, "ssh between members"),
    tcp(8006, "web interface and API"),
    tcp(3128, "SPICE consoles"),
    tcp(5900, "VNC consoles", 5999),
    tcp(60000, "migration", 60050),
    ...corosync.links.map(({ udpPort }) => udp(udpPort, "corosync")),
    ...(nodeExporter ? [tcp(9100, "figures of the host")] : []),
    ...(usesNfs(storages) ? [tcp(111, "rpcbind for NFS"), udp(111, "rpcbind for NFS")] : []),
    ...(ceph === undefined || ceph.withheld.length > 0
      ? []
      : [
          tcp(3300, "Ceph monitors"),
          tcp(6789, "Ceph monitors"),
          tcp(6800, "Ceph daemons", 7568),
          ...(ceph.dashboard === undefined
            ? []
            : [tcp(ceph.dashboard.port, "page of Ceph's managers")]),
        ]),
  ];
}

export const usesNfs = (storages: Needs["storages"]): boolean =>
  storages.some(({ type }) => type === "nfs");

export const isExpected = (
  { protocol, port }: Pick<Listener, "protocol" | "port">,
  expected: readonly ExpectedPorts[],
): boolean =>
  expected.some((one) => one.protocol === protocol && port >= one.from && port <= one.to);
