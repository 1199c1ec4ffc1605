import type { ClusterSpec } from "../schema/cluster.js";
import { consentTo } from "./consents.js";
import {
  addressWords,
  defined,
  type GuestPlan,
  onOff,
  orderOf,
  type Words,
} from "./guest-words.js";
import { missingStorages } from "./guests.js";
import { imageVolume } from "./images.js";

type GuestSpec = ClusterSpec["guests"][string];
type Nic = GuestSpec["nics"][number];

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** The containers of the file that can be made. */
export function planContainers(spec: ClusterSpec): GuestPlan[] {
  return Object.entries(spec.guests)
    .filter(([, guest]) => guest.kind === "container" && missingStorages(spec, guest).length === 0)
    .map(([name, guest]) => planContainer(spec, name, guest));
}

function planContainer(spec: ClusterSpec, name: string, guest: GuestSpec): GuestPlan {
  const { id, node, tags, pool, template, features, unprivileged } = guest;
  const cards = guest.nics.map((nic, at) => [nic.slot ?? `net${at}`, nic] as const);
  const volume = template === undefined ? undefined : imageVolume(spec, template, node);
  return {
    kind: "container",
    sid: `ct:${id}`,
    id,
    name,
    node,
    settings: defined({
      hostname: name,
      cores: String(guest.cores),
      memory: String(Math.ceil(guest.memory / MIB)),
      swap: guest.swap === undefined ? undefined : String(Math.ceil(guest.swap / MIB)),
      unprivileged: unprivileged === undefined ? undefined : onOff(unprivileged),
      description: guest.description?.trimEnd(),
      protection: guest.protection === undefined ? undefined : onOff(guest.protection),
      onboot: guest.startup === undefined ? undefined : onOff(guest.startup),
    }),
    worded: {
      ...(features === undefined
        ? {}
        : {
            features: defined({
              nesting: features.nesting === undefined ? undefined : onOff(features.nesting),
              keyctl: features.keyctl === undefined ? undefined : onOff(features.keyctl),
              fuse: features.fuse === undefined ? undefined : onOff(features.fuse),
            }),
          }),
      ...(guest.order === undefined ? {} : { startup: orderOf(guest.order) }),
    },
    ...(tags === undefined ? {} : { tags }),
    disks: guest.disks.slice(0, 1).map(({ storage, size }) => ({
      slot: "rootfs",
      storage,
      gib: Math.ceil(size / GIB),
      words: {},
      initial: {},
    })),
    cards: Object.fromEntries(cards.map(([slot, nic]) => [slot, cardOf(spec, nic)])),
    ...(pool === undefined ? {} : { pool }),
    initial: defined({ ostemplate: volume, unprivileged: "1", onboot: "1" }),
    initialCards: Object.fromEntries(cards.map(([slot, nic]) => [slot, madeWith(slot, nic)])),
    images: volume === undefined ? [] : [volume],
    startsItself: guest.ha === undefined && guest.startup !== false,
    mayRestart: guest.restart === "allowed",
    consents: { removal: consentTo.guest(name), restart: consentTo.restart(name) },
  };
}

/** The address is one of the card's own words, and so is the way out. */
function cardOf(spec: ClusterSpec, nic: Nic): Words {
  const { network, mac, firewall } = nic;
  const { on = "", vlan } = spec.networks[network] ?? {};
  return {
    ...defined({
      hwaddr: mac?.toUpperCase(),
      firewall: firewall === undefined ? undefined : onOff(firewall),
    }),
    bridge: on,
    tag: vlan === undefined ? "" : String(vlan),
    ...addressWords(spec, nic),
  };
}

/** Proxmox wants a name for each card; one without an address in the file asks for one. */
function madeWith(slot: string, { address }: Nic): Words {
  const name = slot.replace("net", "eth");
  return address === undefined ? { name, ip: "dhcp" } : { name };
}
