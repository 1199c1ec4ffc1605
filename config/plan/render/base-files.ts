import { WATCHDOG_OPTIONS } from "../../hardware/watchdogs.js";
import type { ClusterSpec } from "../../schema/cluster.js";
import { planNames } from "../names.js";
import type { NodePlan } from "../nodes.js";
import { renderHosts, renderResolvConf } from "./hosts.js";
import { renderRepositories } from "./repositories.js";
import type { RenderedFile } from "./ring-files.js";

const ARC_MAX = "/sys/module/zfs/parameters/zfs_arc_max";

/** One group of files that is checked and put into effect together. */
export interface FileGroup {
  readonly name: string;
  readonly files: readonly RenderedFile[];
  /** Shell command that must accept the new files before they count. */
  readonly validate?: string;
  /** Shell command that makes the host use them. */
  readonly reload?: string;
}

/**
 * Every configuration file of a host's base. Files that need nothing to take effect, and those whose services are
 * reloaded alike, share a group: each group costs a look at the host in every refresh.
 */
export function planBaseFiles(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  node: NodePlan,
): FileGroup[] {
  const names = planNames(spec, nodes);
  return [
    {
      name: "names",
      files: [
        {
          path: "/etc/hosts",
          content: renderHosts(names),
          mode: 0o644,
          installed: installedHosts(node),
        },
        {
          path: "/etc/resolv.conf",
          content: renderResolvConf(names),
          mode: 0o644,
          installed: "\\s*(#.*)?|(search|domain|nameserver|options)\\s.*",
        },
      ],
    },
    {
      name: "system",
      files: [
        ...renderRepositories(spec).map((file) => ({ ...file, installed: REPOSITORY })),
        ...pins(spec),
        ...unattendedUpdates(spec),
        // Read when the watchdog service starts; a change takes effect at the next reboot of the drained node.
        {
          ...text("/etc/default/pve-ha-manager", [
            "# Watchdog that Proxmox HA feeds",
            `WATCHDOG_MODULE=${node.hardware.watchdog}`,
          ]),
          installed: "\\s*(#.*)?",
        },
        ...watchdogOptions(node),
      ],
    },
    {
      name: "ssh",
      files: [sshdRules()],
      validate: "sshd -t",
      reload: "systemctl reload ssh",
    },
    ...together("kernel", [
      ...modules(spec),
      ...sysctls(spec),
      ...governor(spec),
      ...zfsCache(spec),
    ]),
  ];
}

/** Files of services that arrive with packages, so they come after these. */
export function planServiceFiles(spec: ClusterSpec): FileGroup[] {
  return together("services", [
    {
      file: text(
        "/etc/chrony/sources.d/proxmox-ha.sources",
        spec.base.ntp.map((server) => `server ${server} iburst`),
      ),
      reload: "chronyc reload sources >/dev/null || systemctl restart chrony",
    },
    ...(spec.base.lldp
      ? [
          {
            file: text("/etc/lldpd.d/proxmox-ha.conf", ["configure lldp portidsubtype ifname"]),
            reload: "systemctl restart lldpd",
          },
        ]
      : []),
  ]);
}

/** Proxmox's own sources in either form, switched on or off. */
const REPOSITORY =
  "\\s*(#.*)?|(# *)?deb .*proxmox\\.com/.*|(Types|Suites|Components|Signed-By|Enabled):.*|URIs: .*proxmox\\.com/.*";

/** Debian's lines, and the name that the installer was given. */
function installedHosts({ name, address }: NodePlan): string {
  const own = address.replaceAll(".", "\\.");
  return `\\s*(#.*)?|(127\\.|::1|fe00::|ff00::|ff02::)\\S*\\s.*|(${own}|[0-9.]+)\\s+${name}(\\.\\S+)?(\\s+${name})?(\\s+pvelocalhost)?\\s*`;
}

interface ReloadedFile {
  readonly file: RenderedFile;
  readonly reload: string;
}

/** One group whose reload runs every file's own; none of them may hide that another one failed. */
function together(name: string, parts: readonly ReloadedFile[]): FileGroup[] {
  return parts.length === 0
    ? []
    : [
        {
          name,
          files: parts.map(({ file }) => file),
          reload: parts.map(({ reload }) => `{ ${reload}; }`).join(" && "),
        },
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
      ...(spec.corosync.qdevice === undefined ? [] : ["corosync-qdevice"]),
      ...(spec.base.updates === "security" ? ["unattended-upgrades"] : []),
      ...(Object.keys(spec.base.users).length > 0 ? ["sudo"] : []),
      ...fencePackages(spec),
      ...(spec.base.desktop === "mate" ? ["task-mate-desktop", "lightdm", "chromium"] : []),
      ...spec.base.packages,
    ]),
  ];
}

/** What the fencers call for such devices. */
function fencePackages({ fencing, nodes }: ClusterSpec): string[] {
  const all = Object.values(nodes).flatMap(({ fence }) => fence ?? []);
  return fencing.power === "off"
    ? []
    : [
        ...(all.some(({ ipmi }) => ipmi !== undefined) ? ["ipmitool"] : []),
        ...(all.some(({ pdu }) => pdu !== undefined) ? ["snmp"] : []),
      ];
}

/** Read when the module is loaded, which is at the start of the host. */
function watchdogOptions({ hardware }: NodePlan): RenderedFile[] {
  const lines = WATCHDOG_OPTIONS[hardware.watchdog];
  return lines === undefined ? [] : [text("/etc/modprobe.d/proxmox-ha-watchdog.conf", lines)];
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

function pins(spec: ClusterSpec): RenderedFile[] {
  const pinned = Object.entries(spec.base.pins);
  return pinned.length === 0
    ? []
    : [
        text(
          "/etc/apt/preferences.d/proxmox-ha",
          pinned.flatMap(([name, version]) => [
            `Package: ${name}`,
            `Pin: version ${version}`,
            "Pin-Priority: 1001",
            "",
          ]),
        ),
      ];
}

/** Security updates of Debian only: a Proxmox or Ceph package that updates by itself is a node that restarts by itself. */
function unattendedUpdates(spec: ClusterSpec): RenderedFile[] {
  return spec.base.updates === "none"
    ? []
    : [
        text("/etc/apt/apt.conf.d/52proxmox-ha", [
          'APT::Periodic::Update-Package-Lists "1";',
          'APT::Periodic::Unattended-Upgrade "1";',
          "#clear Unattended-Upgrade::Origins-Pattern;",
          'Unattended-Upgrade::Origins-Pattern { "origin=Debian,label=Debian-Security"; };',
          'Unattended-Upgrade::Automatic-Reboot "false";',
        ]),
      ];
}

function sysctls(spec: ClusterSpec): ReloadedFile[] {
  const settings = Object.entries(spec.base.sysctl).map(([key, value]) => `${key} = ${value}`);
  return settings.length === 0
    ? []
    : [
        {
          file: text("/etc/sysctl.d/90-proxmox-ha.conf", settings),
          reload: "sysctl -q -e -p /etc/sysctl.d/90-proxmox-ha.conf",
        },
      ];
}

function modules(spec: ClusterSpec): ReloadedFile[] {
  const { modules } = spec.base;
  return modules.length === 0
    ? []
    : [
        {
          file: text("/etc/modules-load.d/proxmox-ha.conf", modules),
          reload: `modprobe -a ${modules.join(" ")}`,
        },
      ];
}

function governor(spec: ClusterSpec): ReloadedFile[] {
  return spec.base.governor === undefined
    ? []
    : [
        {
          file: text("/etc/tmpfiles.d/proxmox-ha-governor.conf", [
            `w- /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor - - - - ${spec.base.governor}`,
          ]),
          reload: "systemd-tmpfiles --create /etc/tmpfiles.d/proxmox-ha-governor.conf || true",
        },
      ];
}

function zfsCache(spec: ClusterSpec): ReloadedFile[] {
  return spec.base.zfsArcMax === undefined
    ? []
    : [
        {
          file: {
            ...text("/etc/modprobe.d/zfs.conf", [`options zfs zfs_arc_max=${spec.base.zfsArcMax}`]),
            // The installer bounds the cache itself.
            installed: "\\s*(#.*)?|options zfs zfs_arc_max=[0-9]+",
          },
          // The running kernel takes the new bound at once; the initial file system brings it to the next start.
          reload: `{ ! test -w ${ARC_MAX} || echo ${spec.base.zfsArcMax} > ${ARC_MAX}; } && { ! command -v update-initramfs >/dev/null || update-initramfs -u -k all >/dev/null; }`,
        },
      ];
}

function text(path: string, lines: readonly string[], mode = 0o644): RenderedFile {
  return { path, content: `${lines.join("\n")}\n`, mode };
}
