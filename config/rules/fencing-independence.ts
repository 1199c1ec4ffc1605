import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { type FencePlan, waysTo } from "../plan/fence.js";
import type { Facts } from "./facts.js";
import type { Device } from "./fencing-devices.js";
import { stripsOf } from "./strips.js";

export const independenceCodes = {
  "fencing/shared-fate": {
    severity: "warning",
    about:
      "The controller is reached through the same ports as every corosync link. When that network fails, the node is silent and its controller too: nothing but its watchdog stops it.",
  },
  "fencing/factory-account": {
    severity: "warning",
    about:
      "The account is one that the factory makes: it may do everything, and its first password is printed in manuals. The file cannot show whether that password was changed.",
  },
  "fencing/snmp-clear": {
    severity: "warning",
    about:
      "SNMPv2c knows no encryption: the community crosses the network in clear, and whoever reads it there can switch the outlets.",
  },
  "fencing/outlet-unnamed": {
    severity: "warning",
    about:
      "The unit's table has no names of outlets, so no device says that an outlet feeds this node: a wrong number cuts another machine's power.",
  },
  "fencing/no-pin": {
    severity: "warning",
    about:
      "The certificate of a controller is not in the file, so the first one that is seen is taken for the right one and recorded.",
  },
} as const satisfies CodeTable;
const draft = drafter(independenceCodes);

/** Accounts that server boards and power strips are delivered with. AMT lets `admin` in only once its password was changed. */
const FACTORY_ACCOUNTS = ["admin", "administrator", "root", "userid", "apc", "sysadmin"];

/** Whether a device still works, and only for those who may use it, when it is needed. */
export function independenceDrafts(
  facts: Facts,
  devices: readonly Device[],
  plan: FencePlan,
): Draft[] {
  return [
    ...sharedFate(facts, devices, plan),
    ...factoryAccounts(facts, devices),
    ...withoutPin(facts, devices),
    ...inClear(facts),
    ...unnamed(facts),
  ];
}

function inClear({ spec }: Facts): Draft[] {
  return stripsOf(spec).flatMap(({ unit, path }) =>
    unit.community === undefined
      ? []
      : [
          draft(
            "fencing/snmp-clear",
            [...path, "community"],
            `The community of ${unit.address} crosses the network in clear.`,
            "Make a user of SNMPv3 on the unit and write it as `login`. Acknowledge this for a unit that cannot, in a network that nobody else hears.",
          ),
        ],
  );
}

function unnamed({ spec }: Facts): Draft[] {
  return stripsOf(spec).flatMap(({ node, unit, path }) =>
    unit.table === undefined || unit.table.name !== undefined
      ? []
      : [
          draft(
            "fencing/outlet-unnamed",
            [...path, "table"],
            `That outlet ${list(unit.outlets)} of ${unit.address} feeds ${node} is proved by no device.`,
            "Write the column of the names as `table.name`, and name each outlet after its node. Where there is none, acknowledge this after a drill has switched the node off.",
          ),
        ],
  );
}

/** One finding for all: a second link helps every controller at once. */
function sharedFate(facts: Facts, devices: readonly Device[], plan: FencePlan): Draft[] {
  const { links } = facts;
  const sharing = devices.flatMap((device) => {
    const ports = waysTo(device, plan).flatMap(({ by, path }) => {
      const way = path.kind === "none" ? [] : facts.portsUnder(path.network, by);
      const beside = links.some(({ network }) => {
        const under = facts.portsUnder(network, by);
        return under.length === 0 || under.some((port) => !way.includes(port));
      });
      return beside ? [] : way;
    });
    return ports.length === 0 ? [] : [{ ...device, ports }];
  });
  const [first] = sharing;
  const names = (of: (one: (typeof sharing)[number]) => readonly string[]): string =>
    list([...new Set(sharing.flatMap(of))]);
  return first === undefined || links.length === 0
    ? []
    : [
        draft(
          "fencing/shared-fate",
          [...first.path, "address"],
          `The controllers of ${names(({ node }) => [node])} are reached through ${names(({ ports }) => ports)}, and so is every corosync link.`,
          "Give corosync a second link on ports of its own, or the controllers a network of their own.",
        ),
      ];
}

function factoryAccounts({ nodes }: Facts, devices: readonly Device[]): Draft[] {
  return devices.flatMap(({ node, kind, user, path }) => {
    const known = nodes.find(({ name }) => name === node)?.hardware.fenceKinds ?? [];
    const exists = kind === "pdu" || (kind !== "amt" && known.includes(kind));
    return !exists || !FACTORY_ACCOUNTS.includes(user.toLowerCase())
      ? []
      : [
          draft(
            "fencing/factory-account",
            [...path, "login", "user"],
            `${user} is an account that such devices are delivered with.`,
            "Make an account for fencing alone, with the role Operator and a long password, and change or lock the delivered one.",
          ),
        ];
  });
}

/** One finding for all: what to do is the same, and a deployment shows what it recorded. */
function withoutPin({ spec }: Facts, devices: readonly Device[]): Draft[] {
  const bare = devices.flatMap(({ node, kind, path }) => {
    const device =
      kind === "redfish" || kind === "amt" ? spec.nodes[node]?.fence?.[kind] : undefined;
    return device === undefined || device.fingerprint !== undefined ? [] : [{ node, path }];
  });
  const [first] = bare;
  return first === undefined
    ? []
    : [
        draft(
          "fencing/no-pin",
          first.path,
          `The file does not say which certificate the controllers of ${list([...new Set(bare.map(({ node }) => node))])} have.`,
          "The first `up` records the one it sees and tells it; compare it at the device and write it as `fingerprint`.",
        ),
      ];
}
