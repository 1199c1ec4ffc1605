import type { ClusterSpec } from "../schema/cluster.js";

export const CEPH_ROLES = ["monitor", "manager", "metadata server"] as const;
export type CephRole = (typeof CEPH_ROLES)[number];
const WORD_FOR: Readonly<Record<CephRole, string>> = {
  monitor: "monitor",
  manager: "manager",
  "metadata server": "metadataServer",
};

/** The names by which a file consents to a removal or a restart; nothing else asks for consents. */
export const consentTo = {
  /** A node leaves the cluster, or another machine takes its place. */
  node: (node: string) => `node.${node}`,
  /** The machine that leaves may be switched off, if its controller says that it is on. */
  off: (node: string) => `off.${node}`,
  /** A person has seen it off, whose controller cannot tell. */
  seenOff: (node: string) => `seen-off.${node}`,
  reboot: (node: string) => `reboot.${node}`,
  /** A host stands elsewhere for Ceph, which moves the data of all its OSDs. */
  move: (node: string) => `move.${node}`,
  /** A guest that has left the file is removed, with its disks. */
  guest: (guest: string) => `guest.${guest}`,
  /** A guest is restarted for what only a restart brings into effect. */
  restart: (guest: string) => `restart.${guest}`,
  storage: (id: string) => `storage.${id}`,
  /** Backups that another key encrypted can be read by nobody who has the new one alone. */
  storageKey: (id: string) => `storage.${id}.key`,
  /** An OSD gives up its disk, with its copy of the data; another disk may take its number over. */
  osd: (id: number) => `osd.${id}`,
  /** Ceph goes to the release that the file names, daemon by daemon. */
  cephRelease: "ceph.release",
  /** A daemon of Ceph leaves a node that the file no longer names for it. */
  daemon: (role: CephRole, node: string) => `${WORD_FOR[role]}.${node}`,
  /** A pool of Ceph that has left the file is destroyed. */
  pool: (pool: string) => `pool.${pool}`,
  /** A file system of Ceph that has left the file is destroyed, with all files in it. */
  filesystem: (filesystem: string) => `filesystem.${filesystem}`,
  /** What lies on a disk goes, whatever it is. */
  wipe: (node: string, serial: string) => `wipe.${node}.${serial}`,
  qdevice: "qdevice",
} as const;

/** Those of the file's consents that one resource is about. */
export function consentsNamed(
  days: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const lastDay = days[name];
      return lastDay === undefined ? [] : [[name, lastDay]];
    }),
  );
}

/** A consent holds through its last day. */
export function holdsOn(lastDay: string | undefined, today: string): boolean {
  return lastDay !== undefined && lastDay >= today;
}

/** Why a consent does not hold: there is none, which is said as the place needs it, or its last day is over. */
export function lackOf(lastDay: string | undefined, withoutOne: string): string {
  return lastDay === undefined ? withoutOne : `the consent to that ended on ${lastDay}`;
}

/** The node that a consent is about, where it is about one's leaving. */
export function consentedNode(what: string): string | undefined {
  const prefix = consentTo.node("");
  return what.startsWith(prefix) ? what.slice(prefix.length) : undefined;
}

/** What a file may say of a node that leaves: that it may, and what is allowed or known of its machine. */
export function consentsOfLeaving(node: string): string[] {
  return [consentTo.node(node), consentTo.off(node), consentTo.seenOff(node)];
}

/** Every name that this file's own things can be consented to by. What has left the file is not among them. */
export function planConsentable(spec: ClusterSpec): string[] {
  const nodes = Object.keys(spec.nodes);
  const guests = Object.keys(spec.guests);
  return [
    ...nodes.map(consentTo.reboot),
    ...nodes.map(consentTo.move),
    ...nodes.flatMap(consentsOfLeaving),
    ...Object.entries(spec.storage).flatMap(([id, { pbs }]) => [
      consentTo.storage(id),
      ...(pbs === undefined ? [] : [consentTo.storageKey(id)]),
    ]),
    ...guests.flatMap((guest) => [consentTo.guest(guest), consentTo.restart(guest)]),
    consentTo.qdevice,
    ...(spec.ceph === undefined ? [] : [consentTo.cephRelease]),
  ];
}

/** Consents that are about the disks of a node. Which OSD lies where is Ceph's to tell, so all of these are. */
export function consentsOfDisks(
  days: Readonly<Record<string, string>>,
  node: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(days).filter(
      ([what]) => CONSENT_TO_OSD.test(what) || what.startsWith(consentTo.wipe(node, "")),
    ),
  );
}

export const CONSENT_TO_OSD = /^osd\.(0|[1-9]\d*)$/;

const CONSENT_TO_DAEMON = /^(monitor|manager|metadataServer)\.([A-Za-z0-9-]+)$/;

/** The daemon that a consent is about. Its node may have left the file before. */
export function consentedDaemon(
  what: string,
): { readonly role: CephRole; readonly node: string } | undefined {
  const [, word, node] = CONSENT_TO_DAEMON.exec(what) ?? [];
  const role = CEPH_ROLES.find((one) => WORD_FOR[one] === word);
  return role === undefined || node === undefined ? undefined : { role, node };
}

const CONSENT_TO_STORAGE = /^storage\.([A-Za-z][A-Za-z0-9._-]*)$/;

/** The storage that a consent lets go. */
export function consentedStorage(what: string): string | undefined {
  const [, id] = CONSENT_TO_STORAGE.exec(what) ?? [];
  return id === undefined || id.endsWith(".key") ? undefined : id;
}

const CONSENT_TO_POOL = /^(pool|filesystem)\.([A-Za-z0-9][A-Za-z0-9._-]*)$/;

/** The pool or file system of Ceph that a consent is about. The file no longer has it. */
export function consentedPool(
  what: string,
): { readonly kind: "pool" | "file system"; readonly name: string } | undefined {
  const [, word, name] = CONSENT_TO_POOL.exec(what) ?? [];
  return name === undefined ? undefined : { kind: word === "pool" ? "pool" : "file system", name };
}

/** Consents that are about guests, those for what has left the file among them. */
export function consentsOfGuests(days: Readonly<Record<string, string>>): Record<string, string> {
  const kinds = [consentTo.guest(""), consentTo.restart("")];
  return Object.fromEntries(
    Object.entries(days).filter(([what]) => kinds.some((kind) => what.startsWith(kind))),
  );
}
