import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "base/system-user": {
    severity: "error",
    about:
      "The user belongs to the system. Another shell, home or right of root locks everybody out of all hosts at once, and services run as the others.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Users and groups of Debian, of Proxmox and of the packages that it or this program installs. */
const SYSTEM_NAMES = new Set(
  (
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup " +
    "adm tty disk dialout fax voice cdrom floppy tape sudo audio dip operator src shadow utmp video sasl plugdev staff " +
    "users input sgx kvm render crontab ssh netdev wheel dhcpcd messagebus sshd syslog systemd postfix postdrop postmaster " +
    "ceph statd rpc tss uuidd tcpdump dnsmasq frr frrvty quagga gluster openvswitch prometheus chrony lldpd ntp ntpsec " +
    "polkitd avahi lightdm pulse rtkit colord saned usbmux geoclue nm-openvpn saslauth libvirt-qemu zabbix snmp " +
    "nvpd nvidia-persistenced clamav wekafs omi mdatp pve pmxcfs pveproxy"
  ).split(" "),
);
/** `_apt`, `_chrony`: Debian's own users begin with an underscore, those of systemd with its name. */
const SYSTEM_SHAPE = /^(_|systemd-|debian-)/;

function check({ spec }: Facts): Draft[] {
  return Object.keys(spec.base.users)
    .filter((name) => SYSTEM_NAMES.has(name) || SYSTEM_SHAPE.test(name))
    .map((name) =>
      draft(
        "base/system-user",
        ["base", "users", name],
        name === "root"
          ? "root is no user of this list: its shell, rights and lock are the way in to every host, also for this program."
          : `${name} is a user or group of the system, and services rely on it as it is.`,
        name === "root"
          ? "Remove it; keys that may log in as root stand in `base.rootKeys`."
          : "Give the person or program a user of its own, for example `ansible`.",
        { atKey: true },
      ),
    );
}

export const systemUsers: RuleSet = { subject: "Users of the hosts", codes, check };
