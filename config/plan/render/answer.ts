import type { InstallPlan, SystemDisks } from "../install.js";

/** Who may log in to a host that was just installed. */
export interface FirstLogins {
  /** Stands where the hash of a password would; no password leads to it. */
  readonly sealed: string;
  /** Public keys for root. */
  readonly keys: readonly string[];
}

const GIB = 2 ** 30;

/** Of one node: what was found out before, so that nothing is left to be missing. */
export type AnswerPlan = InstallPlan & {
  readonly disks: SystemDisks;
  readonly gateway: string;
  readonly port: NonNullable<InstallPlan["port"]>;
};

/** The file in TOML that Proxmox's automated installer reads. Keys are spelled as its releases from 8.2 on know them. */
export function renderAnswer(plan: AnswerPlan, { sealed, keys }: FirstLogins): string {
  const pinned = Object.entries(plan.pinned);
  return [
    `# ${plan.fqdn}, written by proxmox-ha. It holds no secret; whoever boots it erases the disks that it names.`,
    "[global]",
    `country = ${text(plan.country)}`,
    `keyboard = ${text(plan.keyboard)}`,
    `timezone = ${text(plan.timezone)}`,
    `fqdn = ${text(plan.fqdn)}`,
    `mailto = ${text(plan.mail)}`,
    "# No password has this hash: the way in is a key.",
    `root-password-hashed = ${text(sealed)}`,
    `root-ssh-keys = [${keys.map((key) => `\n  ${text(key)},`).join("")}\n]`,
    // Installers before 8.4.3 refuse the key, and do this anyway.
    ...(plan.afterwards === "reboot" ? [] : [`reboot-mode = ${text(plan.afterwards)}`]),
    "",
    "[network]",
    'source = "from-answer"',
    `cidr = ${text(plan.address)}`,
    `gateway = ${text(plan.gateway)}`,
    `dns = ${text(plan.dns)}`,
    ...portFilter(plan.port),
    ...(pinned.length === 0
      ? []
      : [
          "",
          "[network.interface-name-pinning]",
          "enabled = true",
          "",
          "[network.interface-name-pinning.mapping]",
          ...pinned.map(([mac, name]) => `${text(mac)} = ${text(name)}`),
        ]),
    "",
    "[disk-setup]",
    ...diskSetup(plan),
    "",
    "[first-boot]",
    'source = "from-iso"',
    // The network that it may have to write is read after it.
    'ordering = "before-network"',
    "",
  ].join("\n");
}

/** The name is the one that udev gives to a card without a better one: `enx` and its address. */
function portFilter({ name, mac }: AnswerPlan["port"]): string[] {
  return [
    mac === undefined
      ? `filter.INTERFACE = ${text(name)}`
      : `filter.ID_NET_NAME_MAC = ${text(`*${mac.replaceAll(":", "")}`)}`,
  ];
}

function diskSetup({ layout, disks, roomBytes }: AnswerPlan): string[] {
  const [, level] = /^zfs-(.+)$/.exec(layout) ?? [];
  const room = roomBytes === undefined ? undefined : roomGib(roomBytes);
  const options = level === undefined ? "lvm" : "zfs";
  return [
    `filesystem = ${text(level === undefined ? layout : "zfs")}`,
    ...(level === undefined ? [] : [`zfs.raid = ${text(level)}`]),
    ...(room === undefined ? [] : [`${options}.hdsize = ${room}`]),
    diskFilter(disks),
  ];
}

/** One key alone: with several, the installer takes a disk that lacks one of them for one that fits. */
function diskFilter({ model, serial }: SystemDisks): string {
  return model === undefined
    ? `filter.ID_SERIAL_SHORT = ${text(serial ?? "")}`
    : `filter.ID_MODEL = ${text(model)}`;
}

/** The installer counts in GiB, and what it takes more than the file says would be missing to others. */
export const roomGib = (bytes: number): number => Math.floor(bytes / GIB);

/** JSON's escapes are those of TOML; what else TOML forbids, the schema lets in nowhere. */
const text = (value: string): string => JSON.stringify(value);
