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
