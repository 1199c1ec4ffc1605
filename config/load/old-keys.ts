/**
 * Keys of older guides and of the files they generate. Somebody who writes one of them means something, and
 * "unknown key" would not say where it went.
 */
const OLD_KEYS: Readonly<Record<string, string>> = {
  ssh: "Leave it out: how the hosts are reached stands in `access`, and the program waits for their first answer as long as a reboot may take.",
  transport:
    "Leave it out: Proxmox VE always uses knet, the only transport with encryption and more than one link. `udpu` allows a single, unencrypted link and corosync refuses it together with `secauth`.",
  bindnetaddr:
    "Leave it out: knet takes the addresses of the links from the node list. Name the network in `corosync.links`.",
  bindnet0_addr:
    "Leave it out: this option was removed with Proxmox VE 6. Name the network in `corosync.links`.",
  ring0_addr:
    "Leave it out: name the network in `corosync.links`; its first entry becomes link 0, with the address that each node has in that network.",
  ring1_addr:
    "Leave it out: name a second network in `corosync.links`; it becomes link 1, with the address that each node has in that network.",
  link0: "Write the networks of the links in order: `corosync.links: [management, ring]`.",
  link1: "Write the networks of the links in order: `corosync.links: [management, ring]`.",
  ringnumber: "Leave it out: the position of a network in `corosync.links` is its link number.",
  mcastport:
    "Leave it out: knet is unicast, on UDP 5405 for link 0 and the ports behind it for the others.",
  mcastaddr: "Leave it out: knet is unicast and needs no multicast group.",
  multicast: "Leave it out: knet is unicast and needs no multicast.",
  udpPort:
    "Leave it out: the links use UDP 5405 to 5412, which Proxmox writes itself and its firewall lets through. Nothing ever wrote another port, and changing it in a running cluster would part the nodes.",
  ttl: "Leave it out: it belonged to multicast, which knet does not use.",
  two_node:
    "Leave it out: Proxmox HA does not work with corosync's two-node mode. For two nodes write `corosync.qdevice: {address: …}`.",
  wait_for_all: "Leave it out: the fencer has its own `fencing.startupGrace` for a cold start.",
  last_man_standing:
    "Leave it out: votes are never lowered at run time. A QDevice keeps quorum with half of the nodes.",
  expected_votes:
    "Leave it out: it follows from `nodes` and their `votes`. Lowering it by hand makes a minority quorate, and guests can then run twice.",
  quorum: "Leave it out: quorum follows from `nodes`, their `votes` and `corosync.qdevice`.",
  totem: "Leave it out: what can be chosen stands in `corosync` (`links`, `token`).",
  nodelist: "Leave it out: it is made from `nodes` and `corosync.links`.",
  secauth: "Leave it out: Proxmox VE always encrypts and authenticates corosync's traffic.",
  crypto_cipher: "Leave it out: Proxmox VE always encrypts corosync's traffic.",
  crypto_hash: "Leave it out: Proxmox VE always authenticates corosync's traffic.",
  authkey:
    "Leave it out: the first node makes the key and joining nodes receive it. It is never copied by hand.",
  service: "Leave it out: corosync 2 and later load no services from the configuration file.",
  cluster_uuid: "Leave it out: a Proxmox cluster has no UUID. Its `name` identifies it.",
  cluster_id: "Leave it out: a Proxmox cluster has no id. Its `name` identifies it.",
  rings: "Write the networks of the links in order: `corosync.links: [management, ring]`.",
  groups:
    "Write `ha.placements`: it becomes HA groups on Proxmox VE 8 and node-affinity rules on 9, where groups are gone.",
  group:
    "Write `placement`: a placement becomes a group on Proxmox VE 8 and a node-affinity rule on 9, where groups are gone.",
  restricted: "Write `strict: true`, which means the same on 8 and on 9.",
  nofailback: "Write `failback: false` at the placement, which means the same on 8 and on 9.",
  max_restart: "Write `maxRestart`.",
  max_relocate: "Write `maxRelocate`.",
  shutdown_policy: "Write `shutdownPolicy`.",
  stonith:
    "Leave it out: Proxmox HA knows no STONITH. Guests are recovered by watchdog and lock; devices that cut the power stand under `nodes.<name>.fence`.",
  fence_agent:
    "Write the device under `nodes.<name>.fence` (redfish, amt, ipmi or pdu); the program has own drivers.",
  mode: "Say with `fencing.watchdog` and `fencing.power` what takes part. Proxmox's own `fencing: hardware` has no effect.",
  hardware:
    "Say with `fencing.watchdog` and `fencing.power` what takes part. Proxmox's own `fencing: hardware` has no effect.",
  watchdog_module:
    "Write `overrides: {watchdog: …}` at the node; the hardware profile has a default.",
  netmask: "Write the prefix length into `cidr`: 10.0.0.0/24.",
  subnet: "Write `cidr`.",
  slaves: "Write `ports`.",
  bond_mode: "Write `mode`.",
  bridge_ports: "Write `ports`.",
  size_min: "Write `minSize`.",
  min_size: "Write `minSize`.",
  pg_num: "Write `pgs`.",
  pg_autoscale_mode: "Write `autoscale`.",
  target_size_ratio:
    "Write `share`. It weighs pools against each other for the autoscaler and reserves nothing; a limit is `quota`.",
  public_network: "Write `publicNetwork` with the name of a network.",
  cluster_network: "Write `clusterNetwork` with the name of a network.",
  osd_op_threads: "Leave it out: Ceph no longer has this option and its monitors refuse it.",
  bluestore_cache_size:
    "Write `osds.memoryTarget`: with automatic cache sizing, which is the default, the fixed cache size is ignored.",
  logAnalytics:
    "Leave it out: the Log Analytics agent was retired on 2024-08-31. Write `defender` for onboarding.",
  workspaceKey:
    "Write `clientSecret`: workspace keys belonged to the Log Analytics agent, which was retired on 2024-08-31.",
  permitRootLogin:
    "Leave it out: nodes of a cluster reach each other as root by key, so root logins without a password stay on and password logins are off.",
  preseed:
    "Leave it out: the Proxmox installer reads an answer file, not preseed. This program starts from installed hosts.",
  ansible: "Leave it out: the program reaches the hosts itself, as `access` says.",
  maxfiles: "Write `prune: {keepLast: …}`.",
  "prune-backups": "Write `prune: {keepDaily: 7, …}`.",
  starttime: "Write `schedule` with a calendar event, for example 02:00 or sun 03:00.",
  dow: "Write `schedule` with a calendar event, for example sun 03:00.",
  memory_gb: "Write `memory` with a unit: 16GiB.",
  vcpus: "Write `cores`.",
};

/** Old keys mean something only where no current key has the same name, so they are looked up last. */
export function explainOldKey(key: string): string | undefined {
  return Object.hasOwn(OLD_KEYS, key) ? OLD_KEYS[key] : undefined;
}

/** Values of older guides, by the last key of their path. */
const OLD_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  state: {
    request_start:
      "Write `started`: request_start is a state that the HA manager shows, not one that can be asked for.",
    enabled: "Write `started`, which is what `enabled` means.",
  },
  fencing: {
    hardware:
      "Write a mapping, for example `fencing: {watchdog: true, power: on}`. Proxmox's `fencing: hardware` is accepted by Proxmox and has no effect: nothing in its HA manager calls a power device.",
    both: "Write a mapping, for example `fencing: {watchdog: true, power: on}`. Proxmox's `fencing: both` has no effect beyond the watchdog.",
    watchdog: "Write a mapping: `fencing: {watchdog: true}`.",
  },
  power: {
    cycle:
      "Write `on`: the fencer switches off and reads the state back. A power cycle cannot be verified, and the guests could be running twice.",
  },
  watchdog: {
    mei_wdt:
      "Write `iTCO_wdt`: mei_wdt is AMT's own timer and refuses the 10 s that Proxmox programs, so HA would never start.",
  },
  channel: {
    pvetest: "Write `test`; the program names the component as the Proxmox version does.",
    "pve-no-subscription": "Write `no-subscription`.",
    "pve-enterprise": "Write `enterprise`.",
  },
  mode: {
    "balance-rr":
      "Write `802.3ad` where the switches form one LAG, else `active-backup`. Corosync does not stand reordered packets.",
    "balance-xor":
      "Write `802.3ad` where the switches form one LAG, else `active-backup`. A static LAG does not notice a silent link.",
    "balance-alb":
      "Write `802.3ad` where the switches form one LAG, else `active-backup`. Adaptive modes change MAC addresses under corosync.",
    "balance-tlb":
      "Write `802.3ad` where the switches form one LAG, else `active-backup`. Adaptive modes change MAC addresses under corosync.",
  },
};

export function explainOldValue(key: string, value: unknown): string | undefined {
  const values = Object.hasOwn(OLD_VALUES, key) ? OLD_VALUES[key] : undefined;
  return typeof value === "string" && values !== undefined && Object.hasOwn(values, value)
    ? values[value]
    : undefined;
}
