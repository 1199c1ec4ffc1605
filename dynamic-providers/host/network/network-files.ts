/** A file of a host's network, owned by the program as a whole. */
export interface NetworkFile {
  readonly path: string;
  readonly content: string;
  /** Octal, as chmod takes it. */
  readonly mode: string;
  /** user:group, as chown takes it. */
  readonly owner: string;
}

/** What has to run after a change, in this order. Derived from which files changed, so that nothing reloads for nothing. */
export type NetworkAction =
  | "load-modules"
  | "reload-udev"
  | "reload-units"
  | "apply-sysctl"
  | "reload-interfaces"
  | "restart-frr"
  | "reload-frr"
  | "pin-interrupts"
  | "rebuild-initramfs";

const ORDER: readonly NetworkAction[] = [
  "load-modules",
  "reload-units",
  "reload-udev",
  "apply-sysctl",
  "reload-interfaces",
  "restart-frr",
  "reload-frr",
  "pin-interrupts",
  "rebuild-initramfs",
];

/** The actions that a set of changed paths needs. */
export function actionsFor(changed: readonly string[]): readonly NetworkAction[] {
  const wanted = new Set(changed.flatMap(actionsOf));
  // A restart reads the whole configuration again; a reload on top would only bounce the daemons twice.
  if (wanted.has("restart-frr")) {
    wanted.delete("reload-frr");
  }
  return ORDER.filter((action) => wanted.has(action));
}

function actionsOf(path: string): readonly NetworkAction[] {
  if (path.startsWith("/etc/modules-load.d/")) {
    return ["load-modules"];
  }
  if (path.startsWith("/etc/systemd/network/") || path.startsWith("/etc/udev/rules.d/")) {
    return path.endsWith(".link") ? ["reload-udev", "rebuild-initramfs"] : ["reload-udev"];
  }
  if (path.startsWith("/etc/systemd/system/")) {
    return ["reload-units"];
  }
  if (path.startsWith("/etc/sysctl.d/")) {
    return ["apply-sysctl"];
  }
  if (path.startsWith("/etc/network/interfaces")) {
    return ["reload-interfaces"];
  }
  if (path === "/etc/network/if-up.d/tb-affinity") {
    return ["pin-interrupts"];
  }
  if (path === "/etc/frr/daemons") {
    return ["restart-frr"];
  }
  // SDN reads its local additions when it writes frr.conf; nobody else does.
  const forSdn = path === "/etc/frr/frr.conf.local";
  return path.startsWith("/etc/frr/") && !forSdn ? ["reload-frr"] : [];
}

/**
 * Whether an interfaces file is what the installer left: loopback, plain ports, and one bridge with the management
 * address, tagged where the host can only be reached in a VLAN. Such a file is nobody's work and may be replaced; any
 * other is.
 */
export function isInstallerInterfaces(text: string, address: string): boolean {
  const stanzas = text
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "");
  const foreign = stanzas.filter((line) => !INSTALLER_LINES.some((known) => known.test(line)));
  const addresses = stanzas.flatMap((line) => /^address\s+([0-9a-f.:]+)/.exec(line)?.[1] ?? []);
  return foreign.length === 0 && addresses.every((own) => own === address);
}

const INSTALLER_LINES: readonly RegExp[] = [
  /^auto \S+$/,
  /^iface lo inet loopback$/,
  /^iface \S+ inet manual$/,
  /^iface vmbr0 inet static$/,
  /^iface (vmbr0\.\d+|vlan\d+) inet static$/,
  /^vlan-id \d+$/,
  /^vlan-raw-device vmbr0$/,
  /^bridge-vlan-aware yes$/,
  /^bridge-vids 2-4094$/,
  /^address \S+$/,
  /^gateway \S+$/,
  /^bridge-ports \S+$/,
  /^bridge-stp off$/,
  /^bridge-fd 0$/,
  /^source \/etc\/network\/interfaces\.d\/\*$/,
];
