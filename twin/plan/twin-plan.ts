import { z } from "zod";

const address = z.string().min(1);

const port = z.strictObject({
  name: z.string().min(1).max(15),
  mac: z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/),
  /** What the port is plugged into; nothing when it hangs free. */
  plug: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("switch"), switch: z.string().min(1) }),
    z.strictObject({ kind: z.literal("cable"), cable: z.string().min(1) }),
    z.strictObject({ kind: z.literal("none") }),
  ]),
});

const disk = z.strictObject({
  /** Kernel name inside the host, without `/dev/`. */
  name: z.string().min(1),
  /** As the stack file says; the file behind it is sparse. */
  sizeBytes: z.int().positive(),
  model: z.string(),
  serial: z.string(),
  /** Link below `/dev/disk/by-id`. */
  byId: z.string().optional(),
  rotational: z.boolean().optional(),
});

const host = z.strictObject({
  name: z.string().min(1),
  fqdn: z.string().min(1),
  uuid: z.guid(),
  /** Address in the management network, with its prefix length. */
  address: z.strictObject({ ip: address, prefix: z.int() }),
  gateway: address.optional(),
  ports: z.array(port),
  /** What the installer left: the one port in use and the tag on it. */
  installed: z.strictObject({
    port: z.string(),
    bridge: z.string(),
    vlan: z.int().optional(),
    device: z.string(),
  }),
  disks: z.array(disk),
});

const network = z.strictObject({
  name: z.string().min(1),
  switch: z.string().min(1),
  vlan: z.int().optional(),
  cidr: z.string().optional(),
  cidr6: z.string().optional(),
  mtu: z.int(),
  /** Addresses of the controller in this network, with prefix length; the first one is its own. */
  controller: z.array(z.string()),
});

const cable = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(["thunderbolt"]),
  mtu: z.int(),
  a: z.strictObject({ host: z.string(), port: z.string() }),
  b: z.strictObject({ host: z.string(), port: z.string() }),
});

const nas = z.strictObject({
  name: z.string().min(1),
  address,
  network: z.string().optional(),
  exports: z.array(z.string().startsWith("/")),
});

const secretName = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ssm"), name: z.string() }),
  z.strictObject({ kind: z.literal("env"), name: z.string() }),
  z.strictObject({ kind: z.literal("pulumi"), name: z.string() }),
]);

/** A Proxmox Backup Server: what of it a cluster asks for when it uses its datastores. */
const pbs = z.strictObject({
  name: z.string().min(1),
  address,
  network: z.string().optional(),
  datastores: z.array(z.string().min(1)),
  /** The certificate that the file expects; nobody can make one with that fingerprint again. */
  pinned: z.string().optional(),
  accounts: z.array(
    z.strictObject({ user: z.string(), secret: secretName, datastores: z.array(z.string()) }),
  ),
});

/** The host of a QDevice's vote. */
const qnetd = z.strictObject({
  name: z.string().min(1),
  address,
  network: z.string().optional(),
  /** Of root; without one only a key opens it. */
  password: secretName.optional(),
});

const controller = z.strictObject({
  node: z.string().min(1),
  kind: z.enum(["amt", "redfish", "ipmi"]),
  address,
  port: z.int(),
  user: z.string().min(1),
  password: secretName,
  uuid: z.guid(),
  hostname: z.string(),
});

const command = z.strictObject({ oid: z.string(), value: z.int() });

/** What of a power distribution unit feeds a node. */
const outlets = z.strictObject({
  node: z.string().min(1),
  kind: z.literal("pdu"),
  address,
  port: z.int(),
  outlets: z.array(z.string()).min(1),
  table: z.strictObject({
    off: command,
    on: command,
    state: z.strictObject({ oid: z.string(), off: z.int(), on: z.int() }),
    name: z.string().optional(),
  }),
  /** Of SNMPv3, or the community. */
  password: secretName,
  account: z
    .strictObject({
      user: z.string().min(1),
      authentication: z.enum(["sha", "sha256", "sha512"]),
      encryption: z.enum(["aes", "aes256"]),
      encryptionPassword: secretName.optional(),
    })
    .optional(),
});

/** Whatever has power over a node. */
const bmc = z.discriminatedUnion("kind", [controller, outlets]);

/** Everything that a twin consists of, as data: what an engine builds and what the supervisor watches. */
export const twinPlanSchema = z.strictObject({
  stack: z.string().min(1),
  /** The stack file this was made from. */
  file: z.string(),
  cluster: z.string().min(1),
  major: z.union([z.literal(8), z.literal(9)]),
  suite: z.enum(["bookworm", "trixie"]),
  channel: z.string(),
  domain: z.string().min(1),
  timezone: z.string(),
  dns: z.array(address),
  ntp: z.array(z.string()),
  /** What the program will install on hosts, so that it can be had inside the twin. */
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)),
  hosts: z.array(host).min(1),
  switches: z.array(z.strictObject({ name: z.string(), mtu: z.int() })),
  networks: z.array(network),
  cables: z.array(cable),
  nas: z.array(nas),
  pbs: z.array(pbs),
  qnetd: z.array(qnetd),
  bmcs: z.array(bmc),
  /** Names that the twin's DNS answers, beside those of the package servers. */
  names: z.array(z.strictObject({ address, names: z.array(z.string()).min(1) })),
  /** Addresses outside every network that the controller answers to. */
  foreign: z.array(address),
  secrets: z.strictObject({
    ssm: z.strictObject({ region: z.string(), prefix: z.string() }).optional(),
    installerPassword: secretName,
    all: z.array(
      z.strictObject({
        secret: secretName,
        purpose: z.string(),
        /** Where a password would be refused: the key file of Proxmox's backup client, and a user's ssh key. */
        form: z.enum(["password", "backup-key", "public-key"]),
      }),
    ),
  }),
  /** What of the file the twin does not build, in sentences. */
  remarks: z.array(z.string()),
});

export type TwinPlan = z.output<typeof twinPlanSchema>;
export type HostPlan = TwinPlan["hosts"][number];
export type PortPlan = HostPlan["ports"][number];
export type DiskPlan = HostPlan["disks"][number];
export type NetworkPlan = TwinPlan["networks"][number];
export type CablePlan = TwinPlan["cables"][number];
export type NasPlan = TwinPlan["nas"][number];
export type PbsPlan = TwinPlan["pbs"][number];
export type QnetdPlan = TwinPlan["qnetd"][number];
export type BmcPlan = TwinPlan["bmcs"][number];
export type SecretName = z.output<typeof secretName>;

/** A machine of the site beside the hosts, with an address and a place in a network of its own. */
export interface ServerPlan {
  readonly name: string;
  readonly address: string;
  readonly network?: string | undefined;
}

export function serversOf(plan: TwinPlan): readonly ServerPlan[] {
  return [...plan.nas, ...plan.pbs, ...plan.qnetd];
}

/** One text for one secret, used as a key. */
export function secretKey(secret: SecretName): string {
  return `${secret.kind}:${secret.name}`;
}
