import type { ClusterSpec } from "../schema/cluster.js";

/** The names by which a file consents to a removal or a restart; nothing else asks for consents. */
export const consentTo = {
  /** A node leaves the cluster, or another machine takes its place. */
  node: (node: string) => `node.${node}`,
  reboot: (node: string) => `reboot.${node}`,
  storage: (id: string) => `storage.${id}`,
  qdevice: "qdevice",
} as const;

/** Consents whose last day has not passed. Without a date to compare with, none holds. */
export function planConsents(spec: ClusterSpec, today: string | undefined): string[] {
  return today === undefined
    ? []
    : Object.entries(spec.consent)
        .filter(([, lastDay]) => today <= lastDay)
        .map(([what]) => what)
        .sort();
}

/** Every name that this file's own things can be consented to by. What has left the file is not among them. */
export function planConsentable(spec: ClusterSpec): string[] {
  const nodes = Object.keys(spec.nodes);
  return [
    ...nodes.map(consentTo.reboot),
    ...nodes.map(consentTo.node),
    ...Object.keys(spec.storage).map(consentTo.storage),
    consentTo.qdevice,
  ];
}
