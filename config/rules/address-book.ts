import ipaddr from "ipaddr.js";
import type { Path } from "../findings/finding.js";
import { MANAGEMENT } from "../plan/nodes.js";
import type { Facts } from "./facts.js";
import { stripsOf } from "./strips.js";

/**
 * `own`: nodes and guests of this file. `machine`: something outside with one job. `service`: what hosts ask, on whatever
 * machine. `controller`: what switches a node's power. `reserved`: listed so that nobody takes it.
 */
export type AddressRole = "own" | "machine" | "service" | "controller" | "reserved";

export interface AddressEntry {
  readonly address: string;
  readonly owner: string;
  readonly path: Path;
  readonly role: AddressRole;
}

/**
 * Every single address in the file. What belongs to others comes first, so that a finding about two owners points at what
 * this file can change. Names are left out: only the hosts can resolve them.
 */
export function addressBook(facts: Facts): AddressEntry[] {
  return [
    ...ofNetworks(facts),
    ...ofServers(facts),
    ...ofServices(facts),
    ...ofControllers(facts),
    ...ofNodes(facts),
    ...ofGuests(facts),
  ].filter(({ address }) => ipaddr.isValid(address));
}

type Place = readonly [address: string | undefined, owner: string, path: Path];

function entries(role: AddressRole, places: readonly Place[]): AddressEntry[] {
  return places.flatMap(([address, owner, path]) =>
    address === undefined ? [] : [{ address, owner, path, role }],
  );
}

function ofNetworks({ networks }: Facts): AddressEntry[] {
  return networks.flatMap(([name, { gateway, gateway6, routes, reserved }]) => [
    ...entries("machine", [
      [gateway, `the gateway of ${name}`, ["networks", name, "gateway"]],
      [gateway6, `the gateway of ${name}`, ["networks", name, "gateway6"]],
      ...routes.map(
        ({ to, via }, index): Place => [
          via,
          `the way to ${to}`,
          ["networks", name, "routes", index, "via"],
        ],
      ),
    ]),
    ...entries(
      "reserved",
      reserved.map((one, index) => [
        one,
        `reserved in ${name}`,
        ["networks", name, "reserved", index],
      ]),
    ),
  ]);
}

function ofServers({ spec }: Facts): AddressEntry[] {
  return entries("machine", [
    ...Object.entries(spec.storage).map(([id, { nfs, cifs }]): Place => {
      const kind = nfs === undefined ? "cifs" : "nfs";
      const server = nfs?.server ?? cifs?.server;
      return [server, `the server of storage ${id}`, ["storage", id, kind, "server"]];
    }),
    [spec.corosync.qdevice?.address, "the QDevice", ["corosync", "qdevice", "address"]],
  ]);
}

function ofServices({ spec }: Facts): AddressEntry[] {
  return entries("service", [
    ...spec.base.dns.map((one, index): Place => [one, "a name server", ["base", "dns", index]]),
    ...spec.base.ntp.map((one, index): Place => [one, "a time source", ["base", "ntp", index]]),
    [spec.access.jump?.host, "the jump host", ["access", "jump", "host"]],
    ...Object.entries(spec.storage).map(
      ([id, { pbs }]): Place => [
        pbs?.server,
        `the backup server of ${id}`,
        ["storage", id, "pbs", "server"],
      ],
    ),
    ...Object.entries(spec.mounts?.weka ?? {}).flatMap(([name, { backends }]) =>
      backends.map(
        (one, index): Place => [
          one,
          `a server of ${name}`,
          ["mounts", "weka", name, "backends", index],
        ],
      ),
    ),
    ...(spec.identity?.activeDirectory?.servers ?? []).map(
      (one, index): Place => [
        one,
        "a domain controller",
        ["identity", "activeDirectory", "servers", index],
      ],
    ),
  ]);
}

function ofControllers({ spec }: Facts): AddressEntry[] {
  const controllers = Object.entries(spec.nodes).flatMap(([name, { fence }]) => {
    const { pdu: _strips, ...others } = fence ?? {};
    return Object.entries(others).map(
      ([kind, device]): Place => [
        device?.address,
        `the ${kind} device of ${name}`,
        ["nodes", name, "fence", kind, "address"],
      ],
    );
  });
  const strips = stripsOf(spec).map(
    ({ node, unit, path }): Place => [
      unit.address,
      `the pdu device of ${node}`,
      [...path, "address"],
    ],
  );
  return entries("controller", [...controllers, ...strips]);
}

function ofNodes({ nodes }: Facts): AddressEntry[] {
  return nodes.flatMap((node) =>
    Object.entries(node.addresses).flatMap(([network, families]) =>
      entries(
        "own",
        Object.values(families).map((address) => [
          address,
          `${node.name}'s address in ${network}`,
          network === MANAGEMENT
            ? ["nodes", node.name, "address"]
            : ["nodes", node.name, "addresses", network],
        ]),
      ),
    ),
  );
}

function ofGuests({ spec }: Facts): AddressEntry[] {
  return entries("own", [
    ...Object.entries(spec.guests).flatMap(([name, { nics }]) =>
      nics.map(
        ({ address }, index): Place => [
          address,
          `guest ${name}'s address`,
          ["guests", name, "nics", index, "address"],
        ],
      ),
    ),
    ...(["prometheus", "grafana"] as const).map(
      (name): Place => [
        spec.monitoring?.[name]?.address,
        `the address of ${name}`,
        ["monitoring", name, "address"],
      ],
    ),
  ]);
}
