import type { ClusterSpec } from "../schema/cluster.js";
import type { SecretRef } from "../schema/primitives.js";
import type { NodePlan } from "./nodes.js";

/** How the program reaches one host over ssh: references and addresses, no secret. */
export interface ConnectionPlan {
  readonly host: string;
  readonly node: string;
  /** From the second one on; whatever hangs on this connection is looked at again when it rises. */
  readonly installation?: number;
  readonly port: number;
  readonly user: string;
  /** The pinned host key, or the decision to record the first one seen. */
  readonly hostKey: string;
  readonly knownHostsFile: string;
  readonly auth: {
    readonly key?: SecretRef;
    readonly keyFile?: string;
    /** Of the installer; used once, to install the program's key. */
    readonly password: SecretRef;
  };
  readonly jump?: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly hostKey?: string;
  };
}

/** The same for the host of the QDevice, which need not have a password. */
export type QDeviceConnectionPlan = Omit<ConnectionPlan, "auth"> & {
  readonly auth: Omit<ConnectionPlan["auth"], "password"> & { readonly password?: SecretRef };
};

/** What lines and errors call the host of the QDevice. */
const QDEVICE_NAME = "qdevice";

/** What the program itself writes lies in the folder. */
export function planConnection(spec: ClusterSpec, node: NodePlan, folder: string): ConnectionPlan {
  const { access } = spec;
  const { key } = access;
  return {
    host: node.address,
    node: node.name,
    ...(node.installation > 1 ? { installation: node.installation } : {}),
    port: access.port,
    user: access.user,
    hostKey: hostKeyOf(access.hostKeys, node.name),
    knownHostsFile: access.knownHosts ?? knownHostsOf(folder, node),
    auth: {
      ...(key === undefined ? { keyFile: `${folder}/id_ed25519` } : { key }),
      password: access.installerPassword,
    },
    ...jumpOf(access.jump),
  };
}

/** How the host of the QDevice is reached: by the way to the nodes, with a password of its own if it has one. */
export function planQDeviceConnection(
  spec: ClusterSpec,
  folder: string,
): QDeviceConnectionPlan | undefined {
  const device = spec.corosync.qdevice;
  if (device === undefined) {
    return undefined;
  }
  const { access } = spec;
  return {
    host: device.address,
    node: QDEVICE_NAME,
    // `pvecm` asks there as root and at this port, so the program does too.
    port: 22,
    user: "root",
    hostKey: device.hostKey,
    knownHostsFile: access.knownHosts ?? `${folder}/known_hosts`,
    auth: {
      ...(access.key === undefined ? { keyFile: `${folder}/id_ed25519` } : { key: access.key }),
      ...(device.password === undefined ? {} : { password: device.password }),
    },
    ...jumpOf(access.jump),
  };
}

function jumpOf(jump: ClusterSpec["access"]["jump"]): Pick<ConnectionPlan, "jump"> {
  if (jump === undefined) {
    return {};
  }
  const { host, port, user, hostKey } = jump;
  return { jump: { host, port, user, ...(hostKey === undefined ? {} : { hostKey }) } };
}

/** Another installation has other host keys, so it gets a record of its own instead of a contradiction to the old one. */
function knownHostsOf(folder: string, { name, installation }: NodePlan): string {
  return installation === 1
    ? `${folder}/known_hosts`
    : `${folder}/known_hosts-${name}-${installation}`;
}

/** A node that a list of pins leaves out is trusted at first contact, as one that joins later is. */
function hostKeyOf(hostKeys: ClusterSpec["access"]["hostKeys"], node: string): string {
  return typeof hostKeys === "string" ? hostKeys : (hostKeys[node] ?? "trust-first-use");
}
