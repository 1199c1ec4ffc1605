import type { MembershipFacts } from "../../../dynamic-providers/membership/facts.js";
import type { FoundDisk } from "../../../dynamic-providers/pveceph/disks.js";
import type { DeclaredInterface } from "./interfaces-file.js";

export interface LiveAddress {
  readonly interface: string;
  /** With its prefix length: `10.0.0.11/24`. */
  readonly cidr: string;
}

export interface PortFacts {
  readonly name: string;
  readonly speedMbit: number | undefined;
  readonly driver: string;
  /** udev's ID_PATH of its controller; undefined for what is no device of a bus. */
  readonly path: string | undefined;
}

export interface DeviceFacts {
  readonly node: string;
  readonly kind: string;
  readonly address: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
}

export type Channel = "enterprise" | "no-subscription" | "test";

/** What one host tells of itself. */
export interface HostFacts {
  /** As it was asked for. */
  readonly address: string;
  readonly fingerprint: string;
  readonly membership: MembershipFacts;
  readonly domain: string;
  readonly dns: readonly string[];
  readonly ntp: readonly string[];
  readonly timezone: string;
  readonly locale: string | undefined;
  /** Those whose packages it takes. */
  readonly channels: readonly Channel[];
  readonly subscribed: boolean;
  readonly product: string;
  readonly threads: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly interfaces: readonly DeclaredInterface[];
  readonly addresses: readonly LiveAddress[];
  readonly mtus: Readonly<Record<string, number>>;
  readonly gateways: readonly { readonly address: string; readonly interface: string }[];
  readonly ports: readonly PortFacts[];
  /** How many other machines hang on its Thunderbolt ports. */
  readonly thunderboltPeers: number;
  /** Routing protocols of FRR's own configuration, and the ports that they run on. */
  readonly routing: { readonly protocols: readonly string[]; readonly ports: readonly string[] };
  readonly fabrics: readonly { readonly protocol: string; readonly id: string }[];
  readonly watchdog: string | undefined;
  readonly packages: readonly string[];
  /** All words that the boot loader hands to the kernel. */
  readonly kernelWords: readonly string[];
  /** Undefined when Proxmox did not list them. */
  readonly disks: readonly FoundDisk[] | undefined;
  readonly accounts: readonly string[];
  readonly leftFiles: readonly string[];
  readonly takesPasswords: boolean;
  readonly devices: readonly DeviceFacts[];
}
