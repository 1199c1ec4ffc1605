/** What Proxmox calls the two kinds of guests in its API, in HA and on its command line. */
export const KINDS = {
  vm: { api: "qemu", sid: "vm", tool: "qm", move: "disk move" },
  container: { api: "lxc", sid: "ct", tool: "pct", move: "move-volume" },
} as const;
export type GuestKind = keyof typeof KINDS;

interface Known {
  readonly kind: GuestKind;
  readonly vmid: number;
}

/** What HA calls a guest. */
export const sidOf = ({ kind, vmid }: Known): string => `${KINDS[kind].sid}:${vmid}`;
/** The command line for a guest. */
export const toolOf = ({ kind }: Pick<Known, "kind">): string => KINDS[kind].tool;

/** Settings that Proxmox brings into effect while the guest runs. */
const AT_ONCE: Readonly<Record<GuestKind, RegExp>> = {
  vm: /^(ciuser|description|name|nameserver|onboot|protection|searchdomain|sshkeys|startup|tags|(net|ipconfig)\d+)$/,
  container: /^(cores|description|hostname|memory|onboot|protection|startup|swap|tags|net\d+)$/,
};

/** Whether a setting needs no restart of a guest that runs. */
export const takesEffectAtOnce = (kind: GuestKind, key: string): boolean => AT_ONCE[kind].test(key);
