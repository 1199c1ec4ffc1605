import type { TwinStatus } from "../supervisor/status.js";

/** The status for people: what there is, how it does, what is real and what stands in. */
export function statusText(status: TwinStatus): string {
  const sections: (readonly [string, readonly string[]])[] = [
    ["hosts", status.hosts.map(hostLine)],
    ["cables", status.cables.map((one) => `${one.name}  ${one.state}`)],
    [
      "networks",
      status.networks.map((one) => `${one.name}  ${one.cidr}  controller ${one.controller}`),
    ],
    [
      "storage",
      [
        ...status.nas.map((one) => `${one.name}  ${one.address}  ${one.exports.join(" ")}`),
        ...status.pbs.map((one) => `${one.name}  ${one.address}  ${one.datastores.join(" ")}`),
      ],
    ],
    [
      "management controllers",
      status.bmcs.map((one) => `${one.node}  ${one.kind}  ${one.address}`),
    ],
    [
      "services",
      status.services.map(
        (one) =>
          `${one.title}  ${one.running ? "running" : "NOT RUNNING"}` +
          (one.restarts === 0 ? "" : `, restarted ${one.restarts} times`),
      ),
    ],
    ["faults", status.faults.map((one) => `${one.id}  ${one.what}`)],
    ["snapshots", status.snapshots],
    ["real", status.real],
    ["replaced", status.replaced.map((one) => `${one.what}: ${one.by}`)],
    ["not in the twin", status.remarks],
  ];
  const title =
    `${status.name}: ${status.cluster} from stack ${status.stack}, Proxmox VE ${status.major}, ${status.phase}` +
    (status.readyAfterMs === undefined
      ? ""
      : ` after ${(status.readyAfterMs / 1000).toFixed(1)} s`);
  const facts = [
    `engine ${status.engine}; Proxmox layer: ${status.layer}`,
    ...(status.timeScale === 1 ? [] : [`waiting times of HA are divided by ${status.timeScale}`]),
    ...(status.problem === undefined ? [] : [status.problem]),
  ];
  return [
    title,
    ...facts,
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([name, lines]) => ["", name, ...lines.map((line) => `  ${line}`)]),
    "",
  ].join("\n");
}

function hostLine(host: TwinStatus["hosts"][number]): string {
  const links = (host.links ?? []).map((link) => `${link.name} ${link.state}`);
  const parts = [
    host.power,
    ...(host.booted === undefined ? [] : [host.booted]),
    ...(host.quorum === undefined ? [] : [host.quorum]),
    ...(links.length === 0 ? [] : [links.join(", ")]),
    ...((host.storages ?? []).length === 0 ? [] : [`mounted ${host.storages?.join(" ")}`]),
  ];
  return `${host.name}  ${host.address}  ${parts.join("; ")}`;
}
