import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { contains, familyOf, networkOf, prefixLength } from "../plan/address.js";
import { type Facts, type Network, prefixesOf } from "./facts.js";
import type { RuleSet } from "./rule.js";
import { specialOf } from "./special-networks.js";

const codes = {
  "routes/default": {
    severity: "error",
    about:
      "The default route is `gateway`; a second one beside it leaves the choice to the order of start.",
  },
  "routes/own-network": {
    severity: "error",
    about:
      "The hosts stand in this network themselves. A route into it by way of a router would send their own traffic around.",
  },
  "routes/special": {
    severity: "error",
    about: "The destination has a meaning of its own on every host and cannot be routed.",
  },
  "routes/twice": {
    severity: "error",
    about: "Two routes lead to one destination; the kernel takes the one that came up last.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  const first = new Map<string, string>();
  return facts.networks.flatMap(([name, network]) =>
    network.routes.flatMap(({ to }, index) => {
      const path = ["networks", name, "routes", index];
      const target = networkOf(to);
      const known = first.get(target);
      first.set(target, known ?? name);
      return [
        ...destination(facts, network, to, path),
        ...(known === undefined
          ? []
          : [
              draft(
                "routes/twice",
                [...path, "to"],
                `A route to ${target} stands in ${known} already.`,
                "Keep the one that shall be used.",
              ),
            ]),
      ];
    }),
  );
}

function destination(
  { networks }: Facts,
  network: Network,
  to: string,
  path: readonly (string | number)[],
): Draft[] {
  const at = [...path, "to"];
  if (prefixLength(to) === 0) {
    const key = familyOf(start(to)) === "ipv4" ? "gateway" : "gateway6";
    return [
      draft(
        "routes/default",
        at,
        `${to} is the default route.`,
        network[key] === undefined
          ? `Write \`${key}\` at the network instead.`
          : `Remove it: \`${key}: ${network[key]}\` stands here already.`,
      ),
    ];
  }
  const special = specialOf(start(to));
  if (special !== undefined) {
    return [
      draft(
        "routes/special",
        at,
        `${to} lies in ${special.prefix}: ${special.meaning}.`,
        "Write the network that lies behind the router, or remove the route.",
      ),
    ];
  }
  const own = networks.find(([, one]) =>
    prefixesOf(one).some(
      (prefix) => prefixLength(to) >= prefixLength(prefix) && contains(prefix, start(to)),
    ),
  );
  return own === undefined
    ? []
    : [
        draft(
          "routes/own-network",
          at,
          `${to} lies in the network ${own[0]}, in which the hosts stand themselves.`,
          "Remove the route, or write the network behind the router.",
        ),
      ];
}

function start(prefix: string): string {
  return prefix.split("/")[0] ?? "";
}

export const routes: RuleSet = { subject: "Routes", codes, check };
