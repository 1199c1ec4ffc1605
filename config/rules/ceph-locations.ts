import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { type Level, placesIn, planCephLocations } from "../plan/ceph-locations.js";
import type { Ceph, NodeOsds } from "./ceph-osds.js";
import type { Facts } from "./facts.js";

export const locationCodes = {
  "ceph/place": {
    severity: "error",
    about:
      "A label such as `rack=r1` says where a machine stands, and Ceph lays copies out by it; its name is one for Ceph too.",
  },
  "ceph/rack-in-two-places": {
    severity: "error",
    about: "A rack stands in one datacenter.",
  },
  "ceph/domain-without-place": {
    severity: "error",
    about:
      "Copies can lie in different racks or datacenters only where each host says in which it stands.",
  },
  "ceph/too-few-domains": {
    severity: "error",
    about:
      "Each copy of an object lies in another rack or datacenter. With fewer of them than copies the pool never becomes healthy.",
  },
} as const satisfies CodeTable;
const draft = drafter(locationCodes);

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Where hosts stand, and pools that are laid out by it. */
export function locationDrafts(facts: Facts, ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  return [...places(facts), ...racks(facts), ...domains(facts, ceph, hosts)];
}

function places({ spec }: Facts): Draft[] {
  const taken = new Set(["default", ...Object.keys(spec.nodes)]);
  const levels = new Map<string, Level>();
  return Object.entries(spec.nodes).flatMap(([node, { labels }]) => {
    const named = placesIn(labels);
    const twice = named.find(([level], at) => named.findIndex(([one]) => one === level) !== at);
    const path = ["nodes", node, "labels"];
    return [
      ...(twice === undefined
        ? []
        : [
            draft(
              "ceph/place",
              path,
              `${node} would stand in two places of one kind (${twice[0]}).`,
              `Keep one label that begins with \`${twice[0]}=\`.`,
            ),
          ]),
      ...named.flatMap(([level, name]) => {
        const other = levels.get(name);
        levels.set(name, other ?? level);
        const why = !NAME.test(name)
          ? "begins with no letter or digit, or has other signs than letters, digits, '.', '_' and '-'"
          : taken.has(name)
            ? "is the name of a node, or Ceph's own"
            : other !== undefined && other !== level
              ? `is the name of a ${other} as well`
              : undefined;
        return why === undefined
          ? []
          : [
              draft(
                "ceph/place",
                path,
                `The ${level} "${name}" of ${node} ${why}.`,
                `Write for example \`${level}=${level}-1\`.`,
              ),
            ];
      }),
    ];
  });
}

function racks({ spec }: Facts): Draft[] {
  const found = new Map<string, { node: string; datacenter: string | undefined }>();
  return planCephLocations(spec).flatMap(({ node, rack, datacenter }) => {
    if (rack === undefined) {
      return [];
    }
    const before = found.get(rack);
    found.set(rack, before ?? { node, datacenter });
    return before === undefined || before.datacenter === datacenter
      ? []
      : [
          draft(
            "ceph/rack-in-two-places",
            ["nodes", node, "labels"],
            `The rack ${rack} stands in ${datacenter ?? "no datacenter"} for ${node} and in ${before.datacenter ?? "no datacenter"} for ${before.node}.`,
            "Give both nodes the same `datacenter=`.",
          ),
        ];
  });
}

function domains({ spec }: Facts, ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const placed = new Map(planCephLocations(spec).map((one) => [one.node, one]));
  return Object.entries(ceph.pools).flatMap(([name, { failureDomain, size }]) => {
    if (failureDomain === "host") {
      return [];
    }
    const path = ["ceph", "pools", name, "failureDomain"];
    const without = hosts.filter(({ node }) => placed.get(node)?.[failureDomain] === undefined);
    if (without.length > 0) {
      return [
        draft(
          "ceph/domain-without-place",
          path,
          `${name} spreads its copies over ${failureDomain}s, and ${list(without.map(({ node }) => node))} ${without.length === 1 ? "says" : "say"} of none.`,
          `Write \`labels: ["${failureDomain}=…"]\` at ${without.length === 1 ? "that node" : "these nodes"}.`,
        ),
      ];
    }
    const there = new Set(hosts.map(({ node }) => placed.get(node)?.[failureDomain]));
    return there.size >= size
      ? []
      : [
          draft(
            "ceph/too-few-domains",
            path,
            `${name} keeps ${size} copies in different ${failureDomain}s, and there ${there.size === 1 ? "is 1" : `are ${there.size}`} with OSDs.`,
            `Lower the failure domain to host, or spread the nodes over ${size} ${failureDomain}s.`,
          ),
        ];
  });
}
