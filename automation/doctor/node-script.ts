import { type PathWish, pathsScript } from "../../dynamic-providers/measure/paths.js";
import { membershipScript } from "../../dynamic-providers/membership/facts.js";
import { DISKS } from "../../dynamic-providers/pveceph/disks.js";
import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { SUBSCRIPTION } from "./api-calls.js";

/** What the doctor wants to know of one node beyond what every node tells. */
export interface NodeQuestions {
  readonly members: readonly string[];
  /** Servers of storages that this node uses. */
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  /** Set for the checks of a formed cluster. */
  readonly paths?: readonly PathWish[];
  readonly watchdogModule?: string;
}

export const MARK = "@@proxmox-ha-doctor@@";
/** A server or a command that hangs must not hold up the answer for longer. */
const PATIENCE_S = 5;

export const SERVICES = [
  "pve-cluster",
  "corosync",
  "pvedaemon",
  "pveproxy",
  "pvestatd",
  "pve-ha-crm",
  "pve-ha-lrm",
  "watchdog-mux",
] as const;

const CERTIFICATES = ["/etc/pve/pve-root-ca.pem", "/etc/pve/local/pve-ssl.pem"] as const;

/**
 * One script a node, which reads and writes nothing: no temporary files either, what runs beside it prints to a
 * descriptor of its own.
 */
export function doctorScript(questions: NodeQuestions): string {
  const part = (name: string, command: string): string =>
    sh`printf '\\n%s\\n' ${`${MARK}${name}`}; { ${raw(command)}; } 2>/dev/null || true`;
  const called = ({ command }: Part<unknown>): string =>
    sh`timeout ${2 * PATIENCE_S} ${raw(command)}`;
  return [
    "export LC_ALL=C",
    "printf '%s\\n' \"$(date +%s%3N)\"",
    sh`exec 9< <(${raw(...questions.servers.map(serverCheck))} wait)`,
    `printf '\\n${MARK}membership\\n'`,
    membershipScript(questions.members),
    part("kernel", "uname -r"),
    part("chrony", `systemctl is-active chrony; timeout ${PATIENCE_S} chronyc -n tracking`),
    part(
      "nics",
      `for d in /sys/class/net/*; do printf '%s|%s|%s|%s|%s|%s\\n' "\${d##*/}" "$(cat $d/carrier)" "$(cat $d/speed)" "$(cat $d/mtu)" "$(readlink -e $d/device)" "$(readlink -e $d/device/driver)"; done`,
    ),
    part(
      "thunderbolt",
      `for d in /sys/bus/thunderbolt/devices/*-*; do test -e $d/device_name && printf '%s|%s|%s|%s\\n' "\${d##*/}" "$(readlink -f $d)" "$(cat $d/device_name)" "$(cat $d/rx_speed)"; done`,
    ),
    part("lldp", `timeout ${PATIENCE_S} lldpcli -f json0 show neighbors`),
    part("disks", called(DISKS)),
    part(
      "disk-links",
      'for l in /dev/disk/by-id/* /dev/disk/by-path/*; do test -e "$l" && printf \'%s|%s\\n\' "$l" "$(readlink -f "$l")"; done',
    ),
    part("subscription", called(SUBSCRIPTION)),
    part("space", "df -P -B1 / /var /tmp"),
    part("dpkg", "dpkg --audit"),
    part("memory", "grep MemTotal /proc/meminfo"),
    part(
      "frr",
      "dpkg -s frr | awk '/^Status: .* installed$/ { print \"installed\" } /^Version:/ { print $2 }'",
    ),
    part("frr-conf", "grep -E '^router (openfabric|ospf6?|bgp)' /etc/frr/frr.conf"),
    part("fabrics", "cat /etc/pve/sdn/fabrics.cfg"),
    part(
      "watchdog",
      sh`for d in /sys/class/watchdog/*; do test -e $d && printf 'device %s %s\\n' "\${d##*/}" "$(cat $d/identity)"; done; ${raw(moduleCheck(questions.watchdogModule))}`,
    ),
    part("udp", "ss -Hulnp"),
    ...(questions.paths === undefined ? [] : clusterParts(part, questions.paths)),
    part("servers", "cat <&9"),
    `printf '\\n${MARK}end\\n%s\\n' "$(date +%s%3N)"`,
  ].join("\n");
}

function serverCheck({ address, port }: { address: string; port: number }): string {
  const exportsOf =
    port === 2049
      ? sh`timeout ${PATIENCE_S} showmount -e --no-headers ${address} 2>/dev/null | awk '{ print $1 }' | tr '\\n' ' '`
      : "true";
  return [
    "( t=closed; e=;",
    sh`timeout ${PATIENCE_S} bash -c 'exec 3</dev/tcp/"$0"/"$1"' ${address} ${port} 2>/dev/null && t=open;`,
    sh`test $t = open && e=$(${raw(exportsOf)});`,
    sh`printf '%s|%s|%s|%s\\n' ${address} ${port} "$t" "$e" ) &`,
  ].join(" ");
}

function moduleCheck(module: string | undefined): string {
  return module === undefined
    ? "true"
    : sh`modinfo -n ${module} | sed 's/^/module /'; cat /etc/default/pve-ha-manager`;
}

function clusterParts(
  part: (name: string, command: string) => string,
  paths: readonly PathWish[],
): string[] {
  return [
    part(
      "services",
      sh`for s in ${SERVICES}; do printf '%s %s\\n' $s "$(systemctl is-active $s)"; done`,
    ),
    part(
      "certificates",
      sh`for c in ${CERTIFICATES}; do printf '%s|%s\\n' $c "$(openssl x509 -noout -enddate -in $c)"; done`,
    ),
    part("storages", sh`timeout ${2 * PATIENCE_S} pvesm status`),
    part("paths", `(\n${pathsScript(paths)}\n)`),
  ];
}
