import { isIP } from "node:net";
import { list } from "../../findings/enumeration.js";
import type { ClusterSpec } from "../../schema/cluster.js";
import { contains } from "../address.js";
import { poolsOfFilesystem } from "../ceph-filesystems.js";
import type { ClusterPlan } from "../cluster.js";
import { onlyItsWatchdog } from "../fence.js";
import { MANAGEMENT } from "../nodes.js";
import type { StoragePlan } from "../storage.js";
import type { Consequence, Loss } from "./ask.js";

/** Storages that nobody reaches then: those asked about, and others of a server in a network that is cut. */
export function lostStorages(
  storages: readonly StoragePlan[],
  networks: ClusterSpec["networks"],
  loss: Loss,
): string[] {
  const cidrs = loss.networks.flatMap((name) => networks[name]?.cidr ?? []);
  return storages.flatMap((storage) => {
    const server = "server" in storage ? storage.server : undefined;
    const isCut =
      server !== undefined && isIP(server) !== 0 && cidrs.some((cidr) => contains(cidr, server));
    return isCut || loss.storages.includes(storage.id) ? [storage.id] : [];
  });
}

/** Those on pools that stop. */
export function stoppedStorages(
  storages: readonly StoragePlan[],
  pools: readonly string[],
): string[] {
  const stops = (...names: readonly (string | undefined)[]): boolean =>
    names.some((name) => name !== undefined && pools.includes(name));
  return storages.flatMap((one) => {
    const { data, metadata } = poolsOfFilesystem(one.type === "cephfs" ? one.filesystem : "");
    const isStopped =
      one.type === "rbd"
        ? stops(one.pool, one.dataPool)
        : one.type === "cephfs" && stops(data, metadata);
    return isStopped ? [one.id] : [];
  });
}

export function storageConsequence(
  storages: readonly StoragePlan[],
  lost: readonly string[],
): Consequence | undefined {
  const gone = storages.filter(({ id }) => lost.includes(id));
  if (gone.length === 0) {
    return undefined;
  }
  const holding = (content: string): string[] =>
    gone.filter((one) => one.content.includes(content)).map(({ id }) => id);
  const backups = holding("backup");
  const left = storages.filter(
    ({ id, content }) => content.includes("backup") && !lost.includes(id),
  );
  return {
    about: "Storages",
    outcome: "stops",
    lines: [
      `Nobody reaches ${list(gone.map(({ id }) => id))}.`,
      ...(backups.length === 0
        ? []
        : [
            `Nothing is backed up to ${list(backups)} or restored from there${left.length === 0 ? ", and no other storage takes backups" : `; ${list(left.map(({ id }) => id))} ${left.length === 1 ? "is" : "are"} left for that`}.`,
          ]),
    ],
  };
}

/** Who makes sure that a lost node is off before its guests start elsewhere. */
export function fencingConsequence(
  { fencing }: Pick<ClusterPlan, "fencing">,
  gone: readonly string[],
  loss: Pick<Loss, "networks">,
): Consequence | undefined {
  const lines = gone.map((node) => {
    const pairs = fencing.matrix.filter(
      ({ target, by, path }) =>
        target === node &&
        !gone.includes(by) &&
        path.kind !== "none" &&
        !loss.networks.includes(path.network),
    );
    const by = [...new Set(pairs.map((pair) => pair.by))];
    const devices = [...new Set(pairs.map(({ device }) => device))];
    return by.length === 0
      ? `${onlyItsWatchdog(node)}, after a minute without quorum.`
      : `${node} is switched off by ${list(by)} through ${list(devices)}.`;
  });
  return lines.length === 0 ? undefined : { about: "Fencing", outcome: "serves", lines };
}

/** What a person no longer gets at. */
export function waysIn({ networks }: Pick<Loss, "networks">): Consequence | undefined {
  return networks.includes(MANAGEMENT)
    ? {
        about: "Ways in",
        outcome: "weaker",
        lines: ["Neither the web interface nor this program reaches the nodes."],
      }
    : undefined;
}
