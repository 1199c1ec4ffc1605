import type { ClusterSpec } from "../../schema/cluster.js";
import { planNames } from "../names.js";
import type { NodePlan } from "../nodes.js";
import { renderHosts, renderResolvConf } from "./hosts.js";
import { renderRepositories } from "./repositories.js";
import type { RenderedFile } from "./ring-files.js";

/** One group of files that is checked and put into effect together. */
export interface FileGroup {
  readonly name: string;
  readonly files: readonly RenderedFile[];
  /** Shell command that must accept the new files before they count. */
  readonly validate?: string;
  /** Shell command that makes the host use them. */
  readonly reload?: string;
}

/** Every configuration file of a host's base, in groups that each have one way to take effect. */
export function planBaseFiles(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  node: NodePlan,
): FileGroup[] {
  const names = planNames(spec, nodes);
  const sysctl = Object.entries(spec.base.sysctl);
  return [
    {
      name: "names",
      files: [
        { path: "/etc/hosts", content: renderHosts(names), mode: 0o644 },
        { path: "/etc/resolv.conf", content: renderResolvConf(names), mode: 0o644 },
      ],
    },
    { name: "repositories", files: renderRepositories(spec) },
    {
      name: "ssh",
      files: [sshdRules()],
      validate: "sshd -t",
      reload: "systemctl reload ssh",
    },
    ...(sysctl.length === 0
      ? []
      : [
          {
            name: "sysctl",
            files: [
              text(
                "/etc/sysctl.d/90-proxmox-ha.conf",
                sysctl.map(([key, value]) => `${key} = ${value}`),
              ),
            ],
            reload: "sysctl -q -e -p /etc/sysctl.d/90-proxmox-ha.conf",
          },
        ]),
    ...pinGroup(spec),
    ...updatesGroup(spec),
    ...governorGroup(spec),
    ...arcGroup(spec),
    {
      name: "watchdog",
      // Read when the watchdog service starts; a change takes effect at the next reboot of the drained node.
      files: [
        text("/etc/default/pve-ha-manager", [
          "# Watchdog that Proxmox HA feeds",
          `WATCHDOG_MODULE=${node.hardware.watchdog}`,
        ]),
      ],
    },
  ];
}

/** Files of services that arrive with packages, so they come after these. */
export function planServiceFiles(spec: ClusterSpec): FileGroup[] {
  return [
    {
      name: "time",
      files: [
        text(
          "/etc/chrony/sources.d/proxmox-ha.sources",
          spec.base.ntp.map((server) => `server ${server} iburst`),
        ),
      ],
      reload: "chronyc reload sources >/dev/null || systemctl restart chrony",
    },
    ...(spec.base.lldp
      ? [
          {
            name: "lldp",
            files: [text("/etc/lldpd.d/proxmox-ha.conf", ["configure lldp portidsubtype ifname"])],
            reload: "systemctl restart lldpd",
          },
        ]
      : []),
  ];
}

/** Packages that the base needs, beside those that the stack file names. */
export function planPackages(spec: ClusterSpec, rings: boolean): string[] {
  return [
    ...new Set([
      "chrony",
      ...(spec.base.lldp ? ["lldpd"] : []),
      ...(spec.base.nodeExporter ? ["prometheus-node-exporter"] : []),
      ...(rings ? ["frr", "frr-pythontools", "iperf3"] : []),
      ...(Object.values(spec.storage).some(({ nfs }) => nfs !== undefined) ? ["nfs-common"] : []),
      ...(spec.base.updates === "security" ? ["unattended-upgrades"] : []),
      ...(Object.keys(spec.base.users).length > 0 ? ["sudo"] : []),
      ...(spec.base.desktop === "mate" ? ["task-mate-desktop", "lightdm", "chromium"] : []),
      ...spec.base.packages,
    ]),
  ];
}

/** Debian reads this directory first and the first value counts, so the installer's own line loses. */
function sshdRules(): RenderedFile {
  return text("/etc/ssh/sshd_config.d/00-proxmox-ha.conf", [
    "# Root stays reachable by key: Proxmox needs it between nodes for consoles, migration and replication.",
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "X11Forwarding no",
    "MaxAuthTries 3",
    // Keys in /etc/pve vanish while a node joins; the program's own list is a local file.
    "AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 /etc/ssh/proxmox-ha_authorized_keys",
  ]);
}

function pinGroup(spec: ClusterSpec): FileGroup[] {
  const pins = Object.entries(spec.base.pins);
  return pins.length === 0
    ? []
    : [
        {
          name: "pins",
          files: [
            text(
              "/etc/apt/preferences.d/proxmox-ha",
              pins.flatMap(([name, version]) => [
                `Package: ${name}`,
                `Pin: version ${version}`,
                "Pin-Priority: 1001",
                "",
              ]),
            ),
          ],
        },
      ];
}

/** Security updates of Debian only: a Proxmox or Ceph package that updates by itself is a node that restarts by itself. */
function updatesGroup(spec: ClusterSpec): FileGroup[] {
  return spec.base.updates === "none"
    ? []
    : [
        {
          name: "updates",
          files: [
            text("/etc/apt/apt.conf.d/52proxmox-ha", [
              'APT::Periodic::Update-Package-Lists "1";',
              'APT::Periodic::Unattended-Upgrade "1";',
              "#clear Unattended-Upgrade::Origins-Pattern;",
              'Unattended-Upgrade::Origins-Pattern { "origin=Debian,label=Debian-Security"; };',
              'Unattended-Upgrade::Automatic-Reboot "false";',
            ]),
          ],
        },
      ];
}

function governorGroup(spec: ClusterSpec): FileGroup[] {
  return spec.base.governor === undefined
    ? []
    : [
        {
          name: "governor",
          files: [
            text("/etc/tmpfiles.d/proxmox-ha-governor.conf", [
              `w- /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor - - - - ${spec.base.governor}`,
            ]),
          ],
          reload: "systemd-tmpfiles --create /etc/tmpfiles.d/proxmox-ha-governor.conf || true",
        },
      ];
}

function arcGroup(spec: ClusterSpec): FileGroup[] {
  return spec.base.zfsArcMax === undefined
    ? []
    : [
        {
          name: "zfs-cache",
          files: [
            text("/etc/modprobe.d/zfs.conf", [`options zfs zfs_arc_max=${spec.base.zfsArcMax}`]),
          ],
          reload:
            "command -v update-initramfs >/dev/null && update-initramfs -u -k all >/dev/null || true",
        },
      ];
}

function text(path: string, lines: readonly string[], mode = 0o644): RenderedFile {
  return { path, content: `${lines.join("\n")}\n`, mode };
}
