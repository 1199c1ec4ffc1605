import type { ProgramTwin } from "./program-twin.js";

/** A host of the twin has no boot loader by itself; with these files it starts by GRUB, or by systemd-boot. */
const FILES = {
  grub: [
    "mkdir -p /etc/default",
    'printf \'GRUB_DEFAULT=0\\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\\nGRUB_CMDLINE_LINUX=""\\n\' > /etc/default/grub',
    "update-grub",
  ],
  "systemd-boot": [
    "mkdir -p /etc/kernel",
    "echo 'root=ZFS=rpool/ROOT/pve-1 boot=zfs' > /etc/kernel/cmdline",
    "proxmox-boot-tool refresh",
  ],
} as const;

/** Gives hosts a boot loader, so that kernel parameters wait for a restart as they do on hardware. */
export async function installBootLoader(
  twin: ProgramTwin,
  loaders: Readonly<Record<string, keyof typeof FILES>>,
): Promise<void> {
  await Promise.all(
    Object.entries(loaders).map(([node, loader]) => twin.on(node, FILES[loader].join(" && "))),
  );
}
