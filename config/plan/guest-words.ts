import type { ClusterSpec } from "../schema/cluster.js";
import { prefixLength } from "./address.js";

type GuestSpec = ClusterSpec["guests"][string];
type Nic = GuestSpec["nics"][number];

/** Words of one of Proxmox's settings; an empty one must not be there, and others than these stay as they are. */
export type Words = Readonly<Record<string, string>>;

/** A setting that is one word or text. */
export type Settings = Readonly<Record<string, string>>;

export interface GuestDiskPlan {
  readonly slot: string;
  readonly storage: string;
  readonly gib: number;
  /** The volume that it is made a copy of: `nfs-isos:import/debian.qcow2`. */
  readonly image?: string;
  readonly words: Words;
  /** What else a disk is made with. */
  readonly initial: Words;
}

/** A guest in Proxmox's own words. What the file does not name is in `initial` alone, or nowhere. */
export interface GuestPlan {
  readonly kind: "vm" | "container";
  /** `vm:101`, `ct:112`. */
  readonly sid: string;
  readonly id: number;
  readonly name: string;
  /** Where it is made; where it runs afterwards is not the file's business. */
  readonly node: string;
  readonly settings: Settings;
  /** Settings of several words, by the word that each of them begins with. */
  readonly worded: Readonly<Record<string, Words>>;
  readonly tags?: readonly string[];
  readonly disks: readonly GuestDiskPlan[];
  readonly cards: Readonly<Record<string, Words>>;
  /** Storage of the drive for cloud-init, where the guest has one. */
  readonly cloudInitOn?: string;
  readonly pool?: string;
  /** What it is made with where the file says nothing. */
  readonly initial: Settings;
  readonly initialCards: Readonly<Record<string, Words>>;
  /** Volumes that it is made from. */
  readonly images: readonly string[];
  /** Nobody else starts it. */
  readonly startsItself: boolean;
  /** A change may restart it without a consent. */
  readonly mayRestart: boolean;
  /** Names of the consents that are about it. */
  readonly consents: { readonly removal: string; readonly restart: string };
}

export const onOff = (on: boolean): string => (on ? "1" : "0");

export function orderOf({
  position,
  upSeconds,
  downSeconds,
}: NonNullable<GuestSpec["order"]>): Words {
  return defined({
    order: position?.toString(),
    up: upSeconds?.toString(),
    down: downSeconds?.toString(),
  });
}

/** A card whose address the file names gets it, with the way out of its network where that has one. */
export function addressWords(spec: ClusterSpec, { network, address }: Nic): Words {
  const { cidr, cidr6, gateway, gateway6 } = spec.networks[network] ?? {};
  const range = address?.includes(":") === true ? cidr6 : cidr;
  if (address === undefined || range === undefined) {
    return {};
  }
  const own = `${address}/${prefixLength(range)}`;
  return range === cidr6 ? defined({ ip6: own, gw6: gateway6 }) : defined({ ip: own, gw: gateway });
}

export function defined(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
