import type { ClusterPlan } from "./cluster.js";
import { columns } from "./describe-text.js";
import { storageFacts } from "./storage-kinds.js";

export function describeStorages(plan: ClusterPlan): string[] {
  const { datacenter } = plan;
  return [
    `shutdown policy ${datacenter.shutdownPolicy}, scheduler ${datacenter.scheduler}`,
    ...(datacenter.migration === undefined
      ? []
      : [`migration over ${datacenter.migration.cidr}, ${datacenter.migration.type}`]),
    ...(datacenter.pools.length === 0 ? [] : [`pools ${datacenter.pools.join(", ")}`]),
    ...[
      ...datacenter.nodes.map(({ node, keys }) => [`settings of ${node}`, keys] as const),
      ...datacenter.notifications.map(
        ({ kind, name, keys }) => [`notification ${kind} ${name}`, keys] as const,
      ),
    ].map(([what, keys]) => `${what}: ${Object.keys(keys).join(", ")}`),
    ...datacenter.secretTargets.map(
      ({ name, type, secrets }) =>
        `notification target ${name}: ${[type, ...Object.keys(secrets)].join(", ")}`,
    ),
    ...columns(
      plan.storages.map((storage) => [
        storage.id,
        storageFacts(storage).shown,
        storage.content.join(", "),
      ]),
    ),
  ];
}

export function describeImages({ images }: ClusterPlan): string[] {
  return columns(
    images.map(({ name, node, volume, url, algorithm }) => [
      `image ${name}`,
      volume,
      `downloaded once, by ${node}`,
      `${url}, ${algorithm} proved`,
    ]),
  );
}

export function describeGuests({ guests }: ClusterPlan): string[] {
  return columns(
    guests.map(({ sid, name, node, settings, worded, disks, cards, cloudInitOn }) => [
      sid,
      name,
      `made on ${node}`,
      `${settings.cores ?? ""} cores, ${worded.memory?.current ?? settings.memory ?? ""} MiB`,
      [
        ...disks.map(
          ({ slot, gib, storage, image }) =>
            `${slot} ${gib} GiB on ${storage}${image === undefined ? "" : `, from ${image}`}`,
        ),
        ...Object.entries(cards).map(
          ([slot, { bridge = "", tag = "" }]) =>
            `${slot} on ${bridge}${tag === "" ? "" : `, VLAN ${tag}`}`,
        ),
        ...(cloudInitOn === undefined ? [] : [`cloud-init on ${cloudInitOn}`]),
      ].join("; ") || "no disk, no card",
    ]),
  );
}

export function describeHa(plan: ClusterPlan): string[] {
  const { ha, major } = plan;
  const placements = ha.placements.map((placement) => {
    const order = Object.entries(placement.nodes)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([node, priority]) => `${node} ${priority}`);
    const guests =
      placement.resources.length === 0 ? "no guest yet" : placement.resources.join(", ");
    return [
      placement.name,
      `${order.join(", ")}${placement.strict ? " and nowhere else" : ""}`,
      guests,
    ];
  });
  const between = ha.rules.flatMap((rule) =>
    rule.type === "resource-affinity"
      ? [
          `${rule.name}: ${rule.resources.join(", ")} ${rule.affinity === "negative" ? "apart" : "together"}`,
        ]
      : [],
  );
  return [
    placements.length === 0
      ? "no placements: every node is as good as the other"
      : `placements, as ${major === 8 ? "groups" : "rules"} of Proxmox; the highest number that is up wins`,
    ...columns(placements),
    ...between,
    ...(major === 9 && ha.waiting.length > 0
      ? [`a rule is made once a guest follows it: ${ha.waiting.join(", ")}`]
      : []),
    ...(ha.resources.length === 0
      ? []
      : [
          `under HA as soon as they exist: ${ha.resources.map(({ sid, state }) => (state === "started" ? sid : `${sid} (${state})`)).join(", ")}`,
        ]),
  ];
}

export function describeLosses(plan: ClusterPlan): string[] {
  const { losses, findings } = plan.feasibility;
  const rows = losses.map((loss) => {
    const moves = Object.entries(loss.moves).map(([guest, node]) => `${guest} to ${node}`);
    const parts = [
      ...moves,
      ...loss.waiting.map((guest) => `${guest} waits`),
      ...loss.homeless.map((guest) => `${guest} has no home`),
    ];
    const keeps = !plan.corosync.quorum.indispensable.includes(loss.lost);
    return [
      loss.lost,
      keeps ? "quorum stays" : "quorum is lost",
      parts.length === 0 ? "no guest of this file is affected" : parts.join(", "),
    ];
  });
  return [
    ...columns(rows),
    ...findings.map((finding) => `${finding.severity}: ${finding.message}`),
  ];
}
