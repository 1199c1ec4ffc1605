import ipaddr from "ipaddr.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { canonical } from "../plan/address.js";
import { MANAGEMENT } from "../plan/nodes.js";
import type { Facts } from "./facts.js";

export const ownerCodes = {
  "address/duplicate": {
    severity: "error",
    about:
      "Two things would answer to one address: nodes, guests, gateways, controllers or machines of others.",
  },
} as const satisfies CodeTable;
const draft = drafter(ownerCodes);

interface Owned {
  readonly address: string;
  readonly owner: string;
  readonly path: Path;
  /** Machines outside the cluster may be listed in several places. */
  readonly foreign: boolean;
}

/** Addresses that two things would answer to. */
export function ownerDrafts(facts: Facts): Draft[] {
  const first = new Map<string, Owned>();
  return addressBook(facts).flatMap((one) => {
    const key = canonical(one.address);
    const known = first.get(key);
    if (known === undefined) {
      first.set(key, one);
      return [];
    }
    return one.foreign && known.foreign
      ? []
      : [
          draft(
            "address/duplicate",
            one.path,
            `${one.address} is ${one.owner} and ${known.owner} at once.`,
            "Give each its own free address.",
          ),
        ];
  });
}

/** What belongs to others comes first, so that the finding points at what this file can change. */
function addressBook(facts: Facts): Owned[] {
  const { spec } = facts;
  const foreign = (address: string, owner: string, path: Path): Owned[] =>
    ipaddr.isValid(address) ? [{ address, owner, path, foreign: true }] : [];
  const own = (address: string, owner: string, path: Path): Owned => ({
    address,
    owner,
    path,
    foreign: false,
  });
  return [
    ...facts.networks.flatMap(([name, { gateway, gateway6, reserved }]) => [
      ...(gateway === undefined
        ? []
        : foreign(gateway, `the gateway of ${name}`, ["networks", name, "gateway"])),
      ...(gateway6 === undefined
        ? []
        : foreign(gateway6, `the gateway of ${name}`, ["networks", name, "gateway6"])),
      ...reserved.flatMap((one, index) =>
        foreign(one, `reserved in ${name}`, ["networks", name, "reserved", index]),
      ),
    ]),
    ...Object.entries(spec.storage).flatMap(([id, { nfs, cifs }]) =>
      foreign(nfs?.server ?? cifs?.server ?? "", `the server of storage ${id}`, ["storage", id]),
    ),
    ...foreign(spec.corosync.qdevice?.address ?? "", "the QDevice", [
      "corosync",
      "qdevice",
      "address",
    ]),
    ...Object.entries(spec.nodes).flatMap(([name, { fence }]) =>
      Object.entries(fence ?? {}).flatMap(([kind, device]) =>
        foreign(device?.address ?? "", `the ${kind} device of ${name}`, [
          "nodes",
          name,
          "fence",
          kind,
          "address",
        ]),
      ),
    ),
    ...facts.nodes.flatMap((node) =>
      Object.entries(node.addresses).flatMap(([network, families]) =>
        Object.values(families).map((address) =>
          own(
            address,
            `${node.name}'s address in ${network}`,
            network === MANAGEMENT
              ? ["nodes", node.name, "address"]
              : ["nodes", node.name, "addresses", network],
          ),
        ),
      ),
    ),
    ...Object.entries(spec.guests).flatMap(([name, { nics }]) =>
      nics.flatMap(({ address }, index) =>
        address === undefined
          ? []
          : [own(address, `guest ${name}'s address`, ["guests", name, "nics", index, "address"])],
      ),
    ),
    ...(["prometheus", "grafana"] as const).flatMap((name) => {
      const address = spec.monitoring?.[name]?.address;
      return address === undefined || !ipaddr.isValid(address)
        ? []
        : [own(address, `the address of ${name}`, ["monitoring", name, "address"])];
    }),
  ];
}
