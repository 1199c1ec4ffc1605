import { expect } from "vitest";
import type { ProgramTwin } from "./program-twin.js";

type Major = 8 | 9;

const KEYS = ["ops", "second"].map(
  (name) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${name} ${name}`,
);
/** What Debian has under each major, so that a pin can be met. */
const HTOP = { 8: "3.2.2-2", 9: "3.4.1-5" } as const;

/** One host is enough for everything that concerns a host alone, with a wish for each thing that the base can do. */
export const soloStack = (major: Major): string => `config:
  proxmox-ha:cluster:
    name: alone
    proxmox: { major: ${major}, channel: no-subscription }
    access: { installerPassword: { ssm: /alone/root_password } }
    secrets: { ssm: { region: us-west-2, prefix: /alone } }
    base:
      domain: home.example
      dns: [10.203.3.1]
      ntp: [10.203.3.1]
      timezone: Europe/Vienna
      locale: C.UTF-8
      updates: security
      users: { ansible: { sudo: no-password, keys: ["${KEYS[0]}"] } }
      rootKeys: ["${KEYS[1]}"]
      sysctl: { net.ipv4.tcp_keepalive_time: 600, vm.swappiness: 10 }
      modules: [vfio-pci]
      packages: [tree]
      pins: { htop: ${HTOP[major]} }
      zfsArcMax: 8GiB
      kernelParameters: [iommu=pt]
    nodes:
      solo: { id: 1, address: 10.203.3.11, hardware: generic }
    interfaces:
      vmbr0: { bridge: { ports: [eno1] } }
    networks:
      management: { cidr: 10.203.3.0/24, gateway: 10.203.3.1, on: vmbr0 }
    corosync: { links: [management] }
`;

const QUESTIONS = [
  "cat /proc/cmdline /etc/kernel/cmdline /etc/hosts /etc/resolv.conf",
  "getent ahosts $(hostname) | head -n 1",
  "readlink -f /etc/localtime; cat /etc/default/locale",
  "sysctl net.ipv4.tcp_keepalive_time",
  "sshd -T | grep -E '^(permitrootlogin|passwordauthentication)'",
  "grep -h . /root/.ssh/authorized_keys /home/ansible/.ssh/authorized_keys",
  "sudo -l -U ansible",
  "systemctl is-active chrony lldpd prometheus-node-exporter | sort | uniq -c",
  "chronyc -n sources",
  "apt-config dump | grep Unattended-Upgrade::Origins",
  "cat /etc/modules-load.d/proxmox-ha.conf /etc/modprobe.d/zfs.conf /etc/sysctl.d/90-proxmox-ha.conf",
  "grep -h . /etc/apt/preferences.d/*; dpkg-query -W htop tree",
  "dpkg -l lightdm 2>/dev/null | grep -q ^ii || echo no desktop",
  "ls /etc/apt/sources.list.d; cat /etc/apt/sources.list.d/pve-enterprise.*",
];
const REPOSITORIES = {
  8: [/^ceph\.list$/m, /^proxmox\.list$/m, /^# deb .* bookworm pve-enterprise$/m],
  9: [/^ceph\.sources$/m, /^proxmox\.sources$/m, /^Enabled: no$/m],
} as const;

/** Asks the host for each thing that its stack wishes. */
export async function expectEachSettingOfSolo(twin: ProgramTwin, major: Major): Promise<void> {
  const seen = await twin.on("solo", QUESTIONS.join("; "));
  const version = HTOP[major].replaceAll(".", "\\.");
  const lines = [
    /boot=zfs iommu=pt/,
    /^root=ZFS=rpool\/ROOT\/pve-1 boot=zfs iommu=pt$/m,
    /^10\.203\.3\.11\s+STREAM/m,
    /^search home\.example$/m,
    /Europe\/Vienna/,
    /^LANG=C\.UTF-8$/m,
    /tcp_keepalive_time = 600/,
    /^permitrootlogin (without|prohibit)-password$/m,
    /^passwordauthentication no$/m,
    /NOPASSWD: ALL/,
    /^\s+3 active$/m,
    /\^\* 10\.203\.3\.1\b/,
    /Debian-Security/,
    /^vfio-pci$/m,
    /^options zfs zfs_arc_max=8589934592$/m,
    /^vm\.swappiness = 10$/m,
    new RegExp(`^Pin: version ${version}$`, "m"),
    new RegExp(`^htop\\t${version}$`, "m"),
    /^tree\t/m,
    /^no desktop$/m,
    ...REPOSITORIES[major],
  ];
  for (const line of lines) {
    expect(seen).toMatch(line);
  }
  for (const key of KEYS) {
    expect(seen).toContain(key);
  }
}
