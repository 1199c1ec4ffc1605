import { list } from "../findings/enumeration.js";
import { diskSize } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { familyOf } from "../plan/address.js";
import { LEAST_DISKS, planSystem } from "../plan/install.js";
import { MANAGEMENT } from "../plan/nodes.js";
import type { Facts } from "./facts.js";
import { installDiskCodes, installDiskDrafts, placeOf } from "./install-disks.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...installDiskCodes,
  "install/not-begun": {
    severity: "error",
    about:
      "A node says how it is installed, and the file says nothing of what all nodes need for it.",
  },
  "install/no-disks": {
    severity: "warning",
    about:
      "Nobody says which disks Proxmox is installed on, and `answer` guesses none: it refuses for such a node.",
  },
  "install/disk-count": {
    severity: "error",
    about: "The layout takes more disks than are meant, or only one of them.",
  },
  "install/every-disk": {
    severity: "error",
    about: "With ZFS the installer takes every disk that fits, so a rule that all fit erases all.",
  },
  "install/room": { severity: "error", about: "The system is to have more than its disks have." },
  "install/no-gateway": {
    severity: "error",
    about: "Proxmox's installer refuses an address without a gateway.",
  },
  "install/time-zone": {
    severity: "error",
    about: "Proxmox's installer knows the time zones of countries, and UTC.",
  },
  "install/port-without-address": {
    severity: "error",
    about:
      "Hardware addresses are given, and not that of a port of the management network, by which the installer would find it.",
  },
  "install/pinned-name": {
    severity: "error",
    about:
      "The installer keeps a name only if it has 2 to 15 letters, digits and `_`, a letter first.",
  },
  "install/address-twice": {
    severity: "error",
    about: "Two ports have the same hardware address; one of them would get the other's name.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  const { spec } = facts;
  if (spec.install === undefined) {
    return Object.entries(spec.nodes)
      .filter(([, { install }]) => install !== undefined)
      .map(([name]) =>
        draft(
          "install/not-begun",
          ["nodes", name, "install"],
          `${name} says how it is installed, and the file has no \`install\`.`,
          "Write `install: { country: us, mail: admin@home.example }` beside `base`, with your own.",
          { atKey: true },
        ),
      );
  }
  return [
    ...systems(facts),
    ...installDiskDrafts(facts),
    ...gateways(facts),
    ...timeZones(facts),
    ...ports(facts),
  ];
}

function systems(facts: Facts): Draft[] {
  const { spec, nodeNames } = facts;
  const without = nodeNames.filter((node) => planSystem(spec, node).disks === undefined);
  const drafts = nodeNames.flatMap((node) => systemDrafts(facts, node));
  return [
    ...(without.length === 0
      ? []
      : [
          draft(
            "install/no-disks",
            ["install"],
            `The file does not say which disks Proxmox is installed on in ${list(without)}.`,
            "Add `disks: { model: … }` or `{ serial: … }` here or under `install` of the node, as `device-info -t disk` in the installer shows it.",
            { atKey: true },
          ),
        ]),
    ...drafts.filter(
      (one, index) => drafts.findIndex(({ path }) => path.join() === one.path.join()) === index,
    ),
  ];
}

function systemDrafts(facts: Facts, node: string): Draft[] {
  const { disks, layout, roomBytes } = planSystem(facts.spec, node);
  if (disks === undefined) {
    return [];
  }
  const at = placeOf(facts, node, "disks");
  const least = LEAST_DISKS[layout];
  const several = layout.startsWith("zfs-");
  const pattern = disks.model ?? disks.serial ?? "";
  if (disks.count < least || (!several && disks.count > 1)) {
    return [
      draft(
        "install/disk-count",
        at,
        `${layout} takes ${least === 1 ? "one disk" : `at least ${least} disks`}, and ${disks.count} ${disks.count === 1 ? "is" : "are"} meant.`,
        disks.count < least
          ? `Write \`count: ${least}\` or more, or another \`layout\`.`
          : "Leave `count` out, or write a `layout` of ZFS for several disks.",
      ),
    ];
  }
  if (several && /^\*+$/.test(pattern)) {
    return [
      draft(
        "install/every-disk",
        at,
        `${layout} would take every disk of ${node}, because \`*\` fits all of them.`,
        "Write more of the model or serial number, or `layout: ext4`, which takes the first one.",
      ),
    ];
  }
  return disks.size !== undefined && roomBytes !== undefined && roomBytes > disks.size
    ? [
        draft(
          "install/room",
          placeOf(facts, node, "room"),
          `The system is to have ${diskSize(roomBytes)} of disks of ${diskSize(disks.size)}.`,
          `Write at most \`room: ${diskSize(disks.size).replace(" ", "")}\`, or leave it out for all of them.`,
        ),
      ]
    : [];
}

function gateways({ spec, nodes }: Facts): Draft[] {
  const management = spec.networks[MANAGEMENT];
  const key = nodes.some(({ address }) => familyOf(address) === "ipv6") ? "gateway6" : "gateway";
  return management === undefined || management[key] !== undefined
    ? []
    : [
        draft(
          "install/no-gateway",
          ["networks", MANAGEMENT],
          `The network ${MANAGEMENT} has no \`${key}\`, and the installer asks for one.`,
          `Add \`${key}\` with the router's address.`,
          { atKey: true },
        ),
      ];
}

function timeZones({ spec }: Facts): Draft[] {
  const { timezone } = spec.base;
  return timezone.startsWith("Etc/")
    ? [
        draft(
          "install/time-zone",
          ["base", "timezone"],
          `The installer does not know the time zone ${timezone}.`,
          timezone === "Etc/UTC" ? "Write `UTC`." : "Write one such as Europe/Vienna, or UTC.",
        ),
      ]
    : [];
}

const PINNED = /^[a-z][a-z0-9_]{1,14}$/i;

function ports({ spec, nodeNames, portsUnder }: Facts): Draft[] {
  const owners = new Map<string, string>();
  return nodeNames.flatMap((node) => {
    const given = Object.entries(spec.nodes[node]?.install?.ports ?? {});
    const path = ["nodes", node, "install", "ports"];
    const management = portsUnder(MANAGEMENT, node);
    const found = given.flatMap(([name, address]) => {
      const mac = address.toLowerCase();
      const owner = owners.get(mac);
      owners.set(mac, owner ?? `${name} of ${node}`);
      return [
        ...(PINNED.test(name)
          ? []
          : [
              draft(
                "install/pinned-name",
                [...path, name],
                `The installer keeps no port called ${name}.`,
                "Write 2 to 15 letters, digits and `_`, a letter first, here and where the port is used.",
                { atKey: true },
              ),
            ]),
        ...(owner === undefined
          ? []
          : [
              draft(
                "install/address-twice",
                [...path, name],
                `${name} of ${node} and ${owner} have the same hardware address.`,
                "Look at the cards: `ip -br link` in the installer shows each with its own.",
              ),
            ]),
      ];
    });
    const [first] = management;
    return given.length === 0 ||
      first === undefined ||
      given.some(([name]) => management.includes(name))
      ? found
      : [
          ...found,
          draft(
            "install/port-without-address",
            path,
            `The hardware address of ${list(management, "or")} is not here, which carries the management network on ${node}.`,
            `Add \`${first}\` with its address, or leave \`ports\` out.`,
            { atKey: true },
          ),
        ];
  });
}

export const install: RuleSet = { subject: "Installation", codes, check };
