import { FENCER_CONFIG } from "../../../config/plan/fence.js";
import { membershipScript } from "../../../dynamic-providers/membership/facts.js";
import { DISKS, NAMES } from "../../../dynamic-providers/pveceph/disks.js";
import { partScript } from "../../../dynamic-providers/shell/parts.js";
import { raw, sh } from "../../../dynamic-providers/transport/ssh/quoting.js";
import { SUBSCRIPTION } from "../../doctor/api-calls.js";

export const MARK = "@@proxmox-ha-init@@";
/** A command that hangs must not hold up the answer for longer. */
const PATIENCE_S = 10;

/** Files of an earlier stack file that nothing else on the host tells of. */
export const LEFT_BY_A_FILE = [
  "/etc/sysctl.d/90-proxmox-ha.conf",
  "/etc/modules-load.d/proxmox-ha.conf",
  "/etc/tmpfiles.d/proxmox-ha-governor.conf",
  "/etc/apt/preferences.d/proxmox-ha",
  "/etc/apt/apt.conf.d/52proxmox-ha",
] as const;

export const ASKED_PACKAGES = ["lldpd", "prometheus-node-exporter"] as const;

/** One script a host, which reads and writes nothing. No line of a fencer's configuration that has a password leaves the host. */
export function hostScript(): string {
  const part = (name: string, command: string): string => partScript(MARK, name, command);
  const patient = ({ command }: { readonly command: string }): string =>
    sh`timeout ${PATIENCE_S} ${raw(command)}`;
  return [
    "export LC_ALL=C",
    `printf '\\n${MARK}membership\\n'`,
    membershipScript([]),
    part("domain", "hostname -d"),
    part("resolv", "cat /etc/resolv.conf"),
    part(
      "ntp",
      "cd /etc/chrony && if test -s sources.d/proxmox-ha.sources; then cat sources.d/proxmox-ha.sources; else cat chrony.conf conf.d/*.conf sources.d/*.sources; true; fi",
    ),
    part("zone", "readlink -f /etc/localtime"),
    part("locale", "cat /etc/default/locale"),
    part("apt-lines", "cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list; true"),
    part("apt-stanzas", 'for f in /etc/apt/sources.list.d/*.sources; do cat "$f"; echo; done'),
    part("subscription", patient(SUBSCRIPTION)),
    part("product", "cat /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name"),
    part("threads", "nproc"),
    part("memory", "grep MemTotal /proc/meminfo"),
    part(
      "interfaces",
      'cat /etc/network/interfaces; for f in /etc/network/interfaces.d/*; do case $f in */sdn) ;; *) if test -f "$f"; then echo; cat "$f"; fi ;; esac; done',
    ),
    part("addresses", "ip -j addr show"),
    part("routes", "ip -j route show default"),
    part(
      "ports",
      `for d in /sys/class/net/*; do printf '%s|%s|%s|%s\\n' "\${d##*/}" "$(cat $d/speed)" "$(readlink -e $d/device)" "$(readlink -e $d/device/driver)"; done`,
    ),
    part(
      "thunderbolt",
      "for d in /sys/bus/thunderbolt/devices/*-*; do if test -e $d/device_name; then readlink -f $d; fi; done",
    ),
    part("routers", "grep -E '^(interface|router) |^ *neighbor .* interface ' /etc/frr/frr.conf"),
    part("fabrics", "cat /etc/pve/sdn/fabrics.cfg"),
    part("watchdog", "cat /etc/default/pve-ha-manager"),
    part("packages", sh`dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ${ASKED_PACKAGES}`),
    part("boot", "grep -hv '^#' /etc/default/grub /etc/default/grub.d/*.cfg /etc/kernel/cmdline"),
    part("disks", patient(DISKS)),
    part("disk-names", NAMES.command),
    part(
      "accounts",
      "getent passwd | awk -F: '$3 >= 1000 && $3 < 60000 && $7 !~ /nologin|false/ { print $1 }'",
    ),
    part("left", sh`for f in ${LEFT_BY_A_FILE}; do if test -s $f; then echo $f; fi; done`),
    part("sshd", "sshd -T | grep -i '^passwordauthentication'"),
    part("fencer", sh`grep -E '"(name|kind|address|port|user)":' ${FENCER_CONFIG}`),
  ].join("\n");
}
