import type { ClusterSpec } from "../schema/cluster.js";

/** The names by which a file consents to a removal or a restart; nothing else asks for consents. */
export const consentTo = {
  /** A node leaves the cluster, or another machine takes its place. */
  node: (node: string) => `node.${node}`,
  reboot: (node: string) => `reboot.${node}`,
  storage: (id: string) => `storage.${id}`,
  /** Backups that another key encrypted can be read by nobody who has the new one alone. */
  storageKey: (id: string) => `storage.${id}.key`,
  qdevice: "qdevice",
} as const;

/** The node that a consent is about, where it is about one's leaving. */
export function consentedNode(what: string): string | undefined {
  const prefix = consentTo.node("");
  return what.startsWith(prefix) ? what.slice(prefix.length) : undefined;
}

/** Every name that this file's own things can be consented to by. What has left the file is not among them. */
export function planConsentable(spec: ClusterSpec): string[] {
  const nodes = Object.keys(spec.nodes);
  return [
    ...nodes.map(consentTo.reboot),
    ...nodes.map(consentTo.node),
    ...Object.entries(spec.storage).flatMap(([id, { pbs }]) => [
      consentTo.storage(id),
      ...(pbs === undefined ? [] : [consentTo.storageKey(id)]),
    ]),
    consentTo.qdevice,
  ];
}
