import type { RingNode, RingPlan } from "../ring.js";

export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** Lines that an installation leaves in it, as an extended regular expression. */
  readonly installed?: string;
}

/**
 * What makes Thunderbolt ports appear under their names, come up whenever a cable does, and route.
 * FRR's own files are rendered beside this.
 */
export function renderRingFiles(ring: RingPlan, node: RingNode): RenderedFile[] {
  return [
    file("/etc/modules-load.d/thunderbolt.conf", ["thunderbolt", "thunderbolt_net"]),
    ...node.ports.flatMap((port, index) =>
      port.path === undefined
        ? []
        : [
            file(
              `/etc/systemd/network/00-thunderbolt${index}.link`,
              linkFile(port.name, port.path),
            ),
          ],
    ),
    file("/etc/udev/rules.d/10-tb-en.rules", udevRule(node)),
    file("/etc/systemd/system/tb-port@.service", portUnit(ring)),
    file("/etc/sysctl.d/90-ring.conf", sysctl(node)),
    file("/etc/network/if-up.d/tb-affinity", affinity(node), 0o755),
  ];
}

/** What fabrics of Proxmox leave at a default that costs half a minute; lines of this file end up in frr.conf. */
export function renderFabricAdditions(ring: RingPlan): RenderedFile[] {
  return ring.protocol === "openfabric"
    ? [
        file(
          "/etc/frr/frr.conf.local",
          [`router openfabric ${ring.network}`, " lsp-gen-interval 1", "exit"],
          0o640,
        ),
      ]
    : [];
}

function file(path: string, lines: readonly string[], mode = 0o644): RenderedFile {
  return { path, content: `${lines.join("\n")}\n`, mode };
}

/** Path and driver, never the MAC: it changes with the cabling. */
function linkFile(name: string, path: string): string[] {
  return [
    "[Match]",
    `Path=${path}`,
    "Driver=thunderbolt-net",
    "",
    "[Link]",
    `Name=${name}`,
    "MACAddressPolicy=none",
  ];
}

/** A renamed port arrives as `move`, one that had its name from the start as `add`. */
function udevRule(node: RingNode): string[] {
  const names = node.ports.map((port) => port.name).join("|");
  return [
    `ACTION=="add|move", SUBSYSTEM=="net", KERNEL=="${names}", TAG+="systemd", ` +
      'ENV{SYSTEMD_WANTS}+="tb-port@%k.service"',
  ];
}

/**
 * Bound to the device, so that a replugged cable is configured again. ifup says success also when the port is
 * not there, hence the look at the port itself. FRR before 10.3 forgets one address family of a port that came
 * late; reading its file once more brings the family back and harms nothing elsewhere.
 */
function portUnit(ring: RingPlan): string[] {
  const up =
    `for try in $(seq 1 30); do ifup %i; ` +
    `ip link show dev %i up | grep -q "mtu ${ring.mtu} " && exit 0; sleep 2; done; exit 1`;
  const guard =
    ring.protocol === "openfabric" && ring.owner === "frr"
      ? ["ExecStartPost=-/bin/sh -c 'systemctl --quiet is-active frr && vtysh -b'"]
      : [];
  return [
    "[Unit]",
    "Description=Ring port %i",
    "BindsTo=sys-subsystem-net-devices-%i.device",
    // Two runs of ifupdown2 exclude each other: at boot this one made networking.service end without the bridge.
    "After=sys-subsystem-net-devices-%i.device network-pre.target networking.service",
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    `ExecStart=/bin/sh -c '${up.replaceAll("$", "$$$$")}'`,
    ...guard,
  ];
}

/**
 * One core handles a whole direction of a port, so it should be a fast one. Which cores are fast the machine says itself,
 * when the port comes up; one that makes no difference between its cores has no such file.
 */
function affinity(node: RingNode): string[] {
  return [
    "#!/bin/sh",
    "# Written by proxmox-ha: interrupts of the ring's ports go to the performance cores.",
    `case "$IFACE" in ${node.ports.map((port) => port.name).join("|")}) ;; *) exit 0 ;; esac`,
    "test -r /sys/devices/cpu_core/cpus || exit 0",
    "cores=$(cat /sys/devices/cpu_core/cpus)",
    "sed -n '/thunderbolt/s/^ *\\([0-9]*\\):.*/\\1/p' /proc/interrupts | while read -r irq; do",
    '  echo "$cores" > "/proc/irq/$irq/smp_affinity_list"',
    "done",
    "exit 0",
  ];
}

function sysctl(node: RingNode): string[] {
  return [
    ...(node.loopback4 === undefined
      ? []
      : [
          "net.ipv4.ip_forward = 1",
          // Replies may take the other way round the ring.
          "net.ipv4.conf.all.rp_filter = 2",
        ]),
    ...(node.loopback6 === undefined ? [] : ["net.ipv6.conf.all.forwarding = 1"]),
  ];
}
