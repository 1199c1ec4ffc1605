/** What starts the kernel, and so where its command line is written. A container has none. */
export type BootLoader = "systemd-boot" | "grub" | "none";

/** Which of the two files the next start reads. Secure Boot installations on ZFS have GRUB behind Proxmox's own tool. */
export const BOOT_LOADER_COMMAND =
  "if command -v proxmox-boot-tool >/dev/null && proxmox-boot-tool status 2>/dev/null | grep -q 'configured with: grub'; then echo grub; elif test -s /etc/kernel/cmdline && command -v proxmox-boot-tool >/dev/null; then echo systemd-boot; elif test -e /etc/default/grub; then echo grub; else echo none; fi";

export const bootLoaderOf = (text: string): BootLoader =>
  text === "systemd-boot" || text === "grub" ? text : "none";
