import { readFileSync } from "node:fs";
import { attempt } from "../../process/run.js";
import type { Replacement } from "../engine.js";

/** What this machine's kernel offers to hosts that share it. */
export interface Features {
  readonly bonding: boolean;
  readonly vlan: boolean;
  readonly vlanFiltering: boolean;
  readonly netem: boolean;
  readonly nfsClient: boolean;
  readonly dummy: boolean;
  readonly ifb: boolean;
}

/** Asks the kernel itself, in a namespace that goes away with the question. */
export async function detectFeatures(): Promise<Features> {
  for (const module of ["bonding", "8021q", "sch_netem", "nfsv4", "dummy", "ifb"]) {
    await attempt(["modprobe", "--quiet", module]).catch(() => undefined);
  }
  const script = [
    "ip link add name twina type veth peer name twinb",
    "ip link add name twinc type bond 2>/dev/null && echo bonding",
    "ip link add link twina name twina.5 type vlan id 5 2>/dev/null && echo vlan",
    "ip link add name twind type bridge vlan_filtering 1 2>/dev/null && echo vlan-filtering",
    "ip link add name twine type dummy 2>/dev/null && echo dummy",
    "ip link add name twinf type ifb 2>/dev/null && echo ifb",
    "tc qdisc add dev twina root netem delay 1ms 2>/dev/null && echo netem",
    "true",
  ].join("; ");
  const { stdout } = await attempt(["unshare", "--net", "sh", "-c", script]);
  const found = new Set(stdout.split("\n"));
  return {
    bonding: found.has("bonding"),
    vlan: found.has("vlan"),
    vlanFiltering: found.has("vlan-filtering"),
    netem: found.has("netem"),
    nfsClient: /\bnfs4?\s*$/m.test(readFileSync("/proc/filesystems", "utf8")),
    dummy: found.has("dummy"),
    ifb: found.has("ifb"),
  };
}

/** What a container never has, and what this kernel lacks, each with what stands in for it. */
export function replacementsFor(features: Features): Replacement[] {
  const missing: (readonly [boolean, Replacement])[] = [
    [
      features.bonding,
      {
        what: "bonding (802.3ad) in the kernel",
        by: "a process on each host that uses one live port of the bond; no LACP, no sharing of load",
      },
    ],
    [
      features.vlan,
      {
        what: "802.1Q in the kernel",
        by: "a process for each tagged interface; tags on the wire are real, throughput is lower",
      },
    ],
    [
      features.vlanFiltering,
      {
        what: "VLAN filtering of bridges",
        by: "bridges that pass every tag; bridge-vlan-aware and bridge-vids are accepted without effect",
      },
    ],
    [features.netem, { what: "netem", by: "nothing: loss and cuts work, added latency does not" }],
    [
      features.nfsClient,
      {
        what: "NFS client in the kernel",
        by: "a mount.nfs that asks the real server over the network and then shows the same folder",
      },
    ],
    [
      features.dummy,
      {
        what: "dummy devices in the kernel (they hold a fabric's address)",
        by: features.ifb
          ? "ifb devices of the same names, which hold an address as well"
          : "nothing: fabrics of SDN cannot be applied",
      },
    ],
  ];
  return [
    ...missing.filter(([real]) => !real).map(([, replacement]) => replacement),
    {
      what: "a kernel for each host",
      by: "containers: systemd is process 1, the kernel is shared",
    },
    { what: "a clock for each host", by: "the machine's clock; hosts watch it and cannot set it" },
    {
      what: "/dev/watchdog (the hardware's timer or softdog)",
      by: "nothing in the kernel: what the Proxmox layer runs in its place resets the host by reboot(2)",
    },
    { what: "disks", by: "sparse files of the same size behind loop devices" },
    { what: "KVM", by: "nothing: what a guest is, is the Proxmox layer's matter" },
    {
      what: "kernel modules and kernel settings",
      by: "the machine's; wishes for others are accepted without effect, except those of the network",
    },
    {
      what: "Thunderbolt cables",
      by: "virtual Ethernet pairs that appear and vanish like the cable's",
    },
  ];
}
