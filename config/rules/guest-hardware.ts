import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { missingStorages } from "../plan/guests.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "guests/not-made": {
    severity: "warning",
    about:
      "A guest has a disk on a pool of Ceph, and this version does not make the Ceph of this file, so it does not make the guest either.",
  },
  "guests/no-bridge": {
    severity: "error",
    about: "A card of a guest is plugged into a bridge, and its network stands on none.",
  },
  "guests/untagged-bridge": {
    severity: "error",
    about: "A card in a VLAN needs a bridge that lets guests tag their frames.",
  },
  "guests/slot-twice": {
    severity: "error",
    about: "Two disks or two cards of a guest have one place in the machine.",
  },
  "guests/mac-twice": {
    severity: "error",
    about: "Two cards with one hardware address disturb each other wherever they meet.",
  },
  "guests/balloon-above-memory": {
    severity: "error",
    about: "A guest would keep more memory at least than it has at most.",
  },
  "guests/no-cloud-init-storage": {
    severity: "error",
    about: "The drive that carries cloud-init's settings needs a storage.",
  },
  "guests/address-without-range": {
    severity: "error",
    about: "cloud-init gives an address with the length of its network's prefix.",
  },
  "guests/uefi-without-disk": {
    severity: "error",
    about: "UEFI keeps its settings on a small disk beside the first one.",
  },
  "guests/for-virtual-machines": {
    severity: "error",
    about: "Containers have no such hardware.",
  },
  "guests/for-containers": {
    severity: "error",
    about: "Virtual machines know nothing of that.",
  },
  "guests/container-root": {
    severity: "error",
    about: "A container is made from a template, onto one disk of its own.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

type Guest = Facts["spec"]["guests"][string];

function check(facts: Facts): Draft[] {
  return [
    ...unmade(facts),
    ...Object.entries(facts.spec.guests).flatMap(([name, guest]) => [
      ...cards(facts, name, guest),
      ...slots(name, guest),
      ...settings(facts, name, guest),
      ...containers(name, guest),
    ]),
    ...hardwareAddresses(facts),
  ];
}

/** Said once, however many there are. */
function unmade({ spec }: Facts): Draft[] {
  const waiting = Object.entries(spec.guests).filter(
    ([, guest]) => missingStorages(spec, guest).length > 0,
  );
  const [first] = waiting;
  if (first === undefined) {
    return [];
  }
  const storages = new Set(waiting.flatMap(([, guest]) => missingStorages(spec, guest)));
  const names = list(waiting.map(([name]) => name));
  return [
    draft(
      "guests/not-made",
      ["guests", first[0]],
      `The Ceph of this file is not made by this version, and so neither are the guests on ${list([...storages])}: ${names}.`,
      "Make them by hand once the storage is there; what `ha` says of them holds once they exist. Or put their disks on a storage under `storage`.",
      { atKey: true },
    ),
  ];
}

function cards({ spec }: Facts, name: string, guest: Guest): Draft[] {
  return guest.nics.flatMap(({ network }, index) => {
    const declared = spec.networks[network];
    // Networks that are not there, and rings, are told elsewhere.
    if (declared === undefined || declared.thunderbolt !== undefined) {
      return [];
    }
    const { on, vlan } = declared;
    const bridge = on === undefined ? undefined : spec.interfaces[on]?.bridge;
    const path = ["guests", name, "nics", index, "network"];
    if (bridge === undefined) {
      return [
        draft(
          "guests/no-bridge",
          path,
          `Network ${network} is ${on === undefined ? "on no interface" : `on ${on}, which is no bridge`}, so no card can be plugged into it.`,
          "Declare a bridge under `interfaces` and name it in the network's `on`, or use another network.",
        ),
      ];
    }
    return vlan === undefined || bridge.vlanAware
      ? []
      : [
          draft(
            "guests/untagged-bridge",
            path,
            `Network ${network} is VLAN ${vlan} on ${on}, and that bridge lets guests tag no frames.`,
            `Write \`vlanAware: true\` at \`interfaces.${on}.bridge\`.`,
          ),
        ];
  });
}

function slots(name: string, guest: Guest): Draft[] {
  return (["disks", "nics"] as const).flatMap((list) => {
    const taken = new Set<string>();
    return guest[list].flatMap(({ slot }, index) => {
      const place = slot ?? `${list === "disks" ? "scsi" : "net"}${index}`;
      if (!taken.has(place)) {
        taken.add(place);
        return [];
      }
      return [
        draft(
          "guests/slot-twice",
          ["guests", name, list, index],
          `${name} has two of its ${list} at ${place}.`,
          "Give each a `slot` of its own; one without it has the number of its place in the list.",
        ),
      ];
    });
  });
}

function settings({ spec }: Facts, name: string, guest: Guest): Draft[] {
  const { balloon, memory, cloudInit, disks, firmware, nics } = guest;
  const noDisk = disks.length === 0;
  return [
    ...(typeof balloon === "number" && balloon > memory
      ? [
          draft(
            "guests/balloon-above-memory",
            ["guests", name, "balloon"],
            `${name} would keep more memory than it has.`,
            "Write less than `memory`, or `off`.",
          ),
        ]
      : []),
    ...(cloudInit !== undefined && cloudInit.storage === undefined && noDisk
      ? [
          draft(
            "guests/no-cloud-init-storage",
            ["guests", name, "cloudInit"],
            `${name} has no disk beside which the drive of cloud-init could lie.`,
            "Write `storage` there.",
            { atKey: true },
          ),
        ]
      : []),
    ...(firmware === "uefi" && noDisk
      ? [
          draft(
            "guests/uefi-without-disk",
            ["guests", name, "firmware"],
            `${name} has no disk beside which UEFI's settings could lie.`,
            "Give it a disk, or write `firmware: bios`.",
          ),
        ]
      : []),
    ...(cloudInit === undefined && guest.kind === "vm"
      ? []
      : nics.flatMap(({ network, address }, index) => {
          const range = spec.networks[network];
          const known = address?.includes(":") === true ? range?.cidr6 : range?.cidr;
          return address === undefined || range === undefined || known !== undefined
            ? []
            : [
                draft(
                  "guests/address-without-range",
                  ["guests", name, "nics", index, "address"],
                  `Network ${network} has no range of that kind, so ${address} cannot be given to ${name}.`,
                  `Write \`${address.includes(":") ? "cidr6" : "cidr"}\` at the network, or leave the address out.`,
                ),
              ];
        })),
  ];
}

const VM_ONLY = [
  "balloon",
  "cpu",
  "numa",
  "machine",
  "firmware",
  "serial",
  "agent",
  "cloudInit",
] as const;
const CONTAINER_ONLY = ["template", "swap", "features", "unprivileged"] as const;
const DISK_OF_VM = ["slot", "image", "cache", "discard", "ssd", "iothread", "backup"] as const;

function containers(name: string, guest: Guest): Draft[] {
  return guest.kind === "vm"
    ? CONTAINER_ONLY.filter((key) => guest[key] !== undefined).map((key) =>
        draft(
          "guests/for-containers",
          ["guests", name, key],
          `${name} is a virtual machine, and \`${key}\` is for containers.`,
          "Remove the line, or write `kind: container`.",
          { atKey: true },
        ),
      )
    : [...foreign(name, guest), ...root(name, guest)];
}

function foreign(name: string, { disks, nics, ...guest }: Guest): Draft[] {
  const places = [
    ...VM_ONLY.filter((key) => guest[key] !== undefined).map((key) => [key]),
    ...disks.flatMap((disk, at) =>
      DISK_OF_VM.filter((key) => disk[key] !== undefined).map((key) => ["disks", at, key]),
    ),
    ...nics.flatMap(({ model }, at) => (model === undefined ? [] : [["nics", at, "model"]])),
  ];
  return places.map((place) =>
    draft(
      "guests/for-virtual-machines",
      ["guests", name, ...place],
      `${name} is a container, and \`${place.at(-1)}\` is for virtual machines.`,
      "Remove the line.",
      { atKey: true },
    ),
  );
}

function root(name: string, { disks, template }: Guest): Draft[] {
  const missing = [
    ...(template === undefined ? ["`template`, an image of a container"] : []),
    ...(disks.length === 1 ? [] : ["one disk under `disks`, its root, and no other"]),
  ];
  return missing.length === 0
    ? []
    : [
        draft(
          "guests/container-root",
          ["guests", name],
          `Container ${name} needs ${list(missing)}.`,
          "Write what is missing; further volumes of a container are attached by hand.",
          { atKey: true },
        ),
      ];
}

function hardwareAddresses({ spec }: Facts): Draft[] {
  const first = new Map<string, string>();
  return Object.entries(spec.guests).flatMap(([name, { nics }]) =>
    nics.flatMap(({ mac }, index) => {
      if (mac === undefined) {
        return [];
      }
      const known = first.get(mac.toUpperCase());
      first.set(mac.toUpperCase(), known ?? name);
      return known === undefined
        ? []
        : [
            draft(
              "guests/mac-twice",
              ["guests", name, "nics", index, "mac"],
              `A card of ${known} has ${mac} already.`,
              "Write another one, or none: Proxmox gives each card its own.",
            ),
          ];
    }),
  );
}

export const guestHardware: RuleSet = { subject: "Guests", codes, check };
