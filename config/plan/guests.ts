import { isNotApplied } from "../not-applied.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { consentTo } from "./consents.js";
import {
  addressWords,
  defined,
  type GuestDiskPlan,
  type GuestPlan,
  onOff,
  orderOf,
  type Settings,
  type Words,
} from "./guest-words.js";
import { imageVolume } from "./images.js";
import { cephStorageIds } from "./storage.js";

type GuestSpec = ClusterSpec["guests"][string];
type Nic = GuestSpec["nics"][number];

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** The storages of a guest that this version does not make; as long as there is one, the guest is not made either. */
export function missingStorages(spec: ClusterSpec, { disks, cloudInit }: GuestSpec): string[] {
  const unmade = isNotApplied(["ceph"], spec) ? cephStorageIds(spec) : [];
  const drives = cloudInit?.storage === undefined ? [] : [cloudInit.storage];
  return [...new Set([...disks.map(({ storage }) => storage), ...drives])].filter((storage) =>
    unmade.includes(storage),
  );
}

/** The virtual machines of the file that can be made. */
export function planVms(spec: ClusterSpec): GuestPlan[] {
  return Object.entries(spec.guests)
    .filter(([, guest]) => guest.kind === "vm" && missingStorages(spec, guest).length === 0)
    .map(([name, guest]) => planVm(spec, name, guest));
}

function planVm(spec: ClusterSpec, name: string, guest: GuestSpec): GuestPlan {
  const { id, node, tags, pool, cloudInit } = guest;
  const disks = guest.disks.map((disk, at) => planDisk(spec, node, disk, at));
  const cards = guest.nics.map((nic, at) => [nic.slot ?? `net${at}`, nic] as const);
  const first = guest.disks[0]?.storage;
  const drive = cloudInit?.storage ?? first;
  return {
    kind: "vm",
    sid: `vm:${id}`,
    id,
    name,
    node,
    settings: defined({
      name,
      cores: String(guest.cores),
      bios: guest.firmware === undefined ? undefined : BIOS[guest.firmware],
      balloon: guest.balloon === undefined ? undefined : balloonOf(guest.balloon),
      numa: guest.numa === undefined ? undefined : onOff(guest.numa),
      serial0: guest.serial === true ? "socket" : undefined,
      description: guest.description?.trimEnd(),
      protection: guest.protection === undefined ? undefined : onOff(guest.protection),
      onboot: guest.startup === undefined ? undefined : onOff(guest.startup),
      ...cloudInitSettings(guest),
    }),
    worded: {
      memory: { current: String(Math.ceil(guest.memory / MIB)) },
      ...(guest.cpu === undefined ? {} : { cpu: { cputype: guest.cpu } }),
      ...(guest.machine === undefined ? {} : { machine: { type: MACHINE[guest.machine] } }),
      ...(guest.agent === undefined ? {} : { agent: { enabled: onOff(guest.agent) } }),
      ...(guest.order === undefined ? {} : { startup: orderOf(guest.order) }),
      ...(cloudInit === undefined ? {} : addressesOf(spec, cards)),
    },
    ...(tags === undefined ? {} : { tags }),
    disks,
    cards: Object.fromEntries(cards.map(([slot, nic]) => [slot, cardOf(spec, nic)])),
    ...(cloudInit === undefined || drive === undefined ? {} : { cloudInitOn: drive }),
    ...(pool === undefined ? {} : { pool }),
    initial: initialOf(guest, disks, cards),
    initialCards: Object.fromEntries(cards.map(([slot]) => [slot, { model: "virtio" }])),
    images: disks.flatMap(({ image }) => image ?? []),
    startsItself: guest.ha === undefined && guest.startup !== false,
    mayRestart: guest.restart === "allowed",
    consents: { removal: consentTo.guest(name), restart: consentTo.restart(name) },
  };
}

const BIOS = { bios: "seabios", uefi: "ovmf" } as const;
/** Proxmox's own word for the older chipset is `pc`. */
const MACHINE = { q35: "q35", i440fx: "pc" } as const;

/** What a guest is made with where the file says nothing, by what runs inside. */
const MADE_WITH = {
  talos: { ostype: "l26", machine: "q35", firmware: "uefi", scsihw: "virtio-scsi-pci" },
  linux: { ostype: "l26", machine: "q35", firmware: "bios", scsihw: "virtio-scsi-single" },
  other: { ostype: "other", machine: "i440fx", firmware: "bios", scsihw: "virtio-scsi-single" },
} as const;

function initialOf(
  guest: GuestSpec,
  disks: readonly GuestDiskPlan[],
  cards: readonly (readonly [string, Nic])[],
): Settings {
  const made = MADE_WITH[guest.os];
  const firmware = guest.firmware ?? made.firmware;
  const on = disks[0]?.storage;
  return {
    ostype: made.ostype,
    scsihw: made.scsihw,
    machine: MACHINE[made.machine],
    bios: BIOS[firmware],
    cpu: "x86-64-v2-AES",
    onboot: "1",
    // Talos knows no change of its memory while it runs, and its console is the serial one.
    ...(guest.os === "talos" ? { balloon: "0", serial0: "socket" } : {}),
    ...(firmware === "uefi" && on !== undefined
      ? { efidisk0: `${on}:1,efitype=4m,pre-enrolled-keys=0` }
      : {}),
    ...(disks[0] === undefined
      ? {}
      : { boot: `order=${[disks[0].slot, ...cards.slice(0, 1).map(([slot]) => slot)].join(";")}` }),
  };
}

function planDisk(
  spec: ClusterSpec,
  node: string,
  disk: GuestSpec["disks"][number],
  at: number,
): GuestDiskPlan {
  const image = disk.image === undefined ? undefined : imageVolume(spec, disk.image, node);
  const { storage, size, slot = `scsi${at}`, cache, discard, ssd, iothread, backup } = disk;
  return {
    slot,
    storage,
    gib: Math.ceil(size / GIB),
    ...(image === undefined ? {} : { image }),
    words: defined({
      cache,
      discard: discard === undefined ? undefined : discard ? "on" : "ignore",
      ssd: ssd === undefined ? undefined : onOff(ssd),
      iothread: iothread === undefined ? undefined : onOff(iothread),
      backup: backup === undefined ? undefined : onOff(backup),
    }),
    initial: { discard: "on" },
  };
}

/** The card of a VLAN is tagged on the bridge that carries the VLAN; one of another network must not be. */
function cardOf(spec: ClusterSpec, { network, model, mac, firewall }: Nic): Words {
  const { on = "", vlan } = spec.networks[network] ?? {};
  return {
    ...defined({
      model,
      macaddr: mac?.toUpperCase(),
      firewall: firewall === undefined ? undefined : onOff(firewall),
    }),
    bridge: on,
    tag: vlan === undefined ? "" : String(vlan),
  };
}

function balloonOf(balloon: NonNullable<GuestSpec["balloon"]>): string {
  return balloon === "off" ? "0" : String(Math.ceil(balloon / MIB));
}

function cloudInitSettings({ cloudInit }: GuestSpec): Settings {
  return cloudInit === undefined
    ? {}
    : defined({
        ciuser: cloudInit.user,
        sshkeys: cloudInit.keys.length === 0 ? undefined : cloudInit.keys.join("\n"),
        nameserver: cloudInit.dns.length === 0 ? undefined : cloudInit.dns.join(" "),
        searchdomain: cloudInit.domain,
      });
}

function addressesOf(
  spec: ClusterSpec,
  cards: readonly (readonly [string, Nic])[],
): Record<string, Words> {
  return Object.fromEntries(
    cards
      .map(([slot, nic]) => [slot.replace("net", "ipconfig"), addressWords(spec, nic)] as const)
      .filter(([, words]) => Object.keys(words).length > 0),
  );
}
