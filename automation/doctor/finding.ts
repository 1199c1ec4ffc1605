export type DoctorSeverity = "error" | "warning" | "info";

/** One thing that the doctor has to say about a node. */
export interface DoctorFinding {
  readonly node: string;
  /** Stable; listed in docs/doctor.md. */
  readonly code: DoctorCode;
  readonly severity: DoctorSeverity;
  /** What was read or measured. */
  readonly evidence: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly fix: string;
}

/** Every code, with what it means. */
export const DOCTOR_CODES = {
  "host/unreachable": "The node cannot be reached or read over ssh, so nothing is known about it.",
  "host/name": "The machine at this address has another name than the stack file gives it.",
  "host/space": "Little space is left on a file system that installing and running need.",
  "host/packages": "The package manager has packages that are only half installed.",
  "host/memory": "The machine has less memory than its hardware profile says.",
  "host/clock": "The clocks of two nodes differ too much for tickets and certificates.",
  "host/time-source": "The clock of the node follows no time source.",
  "host/watchdog": "The watchdog that should reset a hung node is not there.",
  "proxmox/missing": "Proxmox VE is not installed.",
  "proxmox/version": "Another major version is installed than the stack file says.",
  "proxmox/versions-differ": "The nodes run different versions or kernels.",
  "proxmox/subscription": "Subscription and package channel do not fit together.",
  "names/own": "The node's own name does not lead to its address.",
  "names/member": "A member's name leads to a wrong address, or to none.",
  "network/nic-missing": "A network port that the stack file names does not exist.",
  "network/nic-speed": "A port is slower than its hardware profile says.",
  "network/no-carrier": "A port that the stack file names has no carrier.",
  "network/ring-port": "A Thunderbolt port as it is found, by name or by PCI path.",
  "network/ring-peer": "Who is at the other end of a Thunderbolt cable.",
  "network/lldp": "The neighbour that LLDP sees at a port.",
  "network/frr-version": "The installed FRR has faults that the ring's protocol runs into.",
  "network/sdn-owner": "Two owners would configure the ring: FRR files and SDN fabrics.",
  "disk/missing": "A disk that the stack file gives to Ceph is not there.",
  "disk/leftovers": "A disk that the stack file gives to Ceph holds something.",
  "cluster/foreign": "The node belongs to another cluster.",
  "cluster/leftovers": "Pieces of an earlier cluster lie on a node that is in none.",
  "cluster/guests": "The node has guests and still has to join, which replaces all of /etc/pve.",
  "cluster/would-lose": "The node has configuration that joining throws away.",
  "cluster/port-taken": "Another program holds a UDP port of corosync.",
  "cluster/quorum": "A member does not see a quorate cluster.",
  "cluster/version": "The members do not have the same version of corosync.conf.",
  "cluster/link": "A corosync link is not connected.",
  "cluster/path": "A path between two nodes loses packets or does not carry its MTU.",
  "cluster/service": "A service that every member needs is not active.",
  "cluster/certificate": "A certificate of the node has ended or ends soon.",
  "cluster/storage": "A storage of the stack file is not active on a node.",
  "storage/unreachable": "A node does not reach the server of a storage.",
  "storage/export": "The server does not export what the stack file mounts.",
  "bmc/unreachable": "A power device does not answer, or not in time.",
  "bmc/login": "A power device refuses the login, or its password cannot be read.",
  "bmc/certificate":
    "A power device shows another certificate than the pinned one, or one that has ended.",
  "bmc/wrong-machine": "A power device belongs to another machine.",
  "bmc/state": "A power device does not say clearly whether its machine is on.",
  "bmc/identity": "What a power device says of itself, to be pinned in the stack file.",
  "bmc/unsupported": "The doctor has no way to ask this kind of power device.",
} as const;

export type DoctorCode = keyof typeof DOCTOR_CODES;

/** A judge's shorthand; the node is known where it is called. */
export function findingOf(
  node: string,
  severity: DoctorSeverity,
  code: DoctorCode,
  evidence: string,
  fix = "",
): DoctorFinding {
  return { node, code, severity, evidence, fix };
}

/** One measured value of a formed cluster. */
export interface Measurement {
  readonly node: string;
  readonly code: DoctorCode;
  readonly what: string;
  readonly value: string;
  readonly good: boolean;
  readonly fix: string;
}
