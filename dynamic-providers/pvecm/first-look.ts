import { Failure } from "../../config/failure/failure.js";
import type { CorosyncConf } from "../membership/corosync-conf.js";
import type { MembershipFacts } from "../membership/facts.js";
import { planLinks, type WantedLinks } from "./link-change.js";

/** What the stack file says of a cluster, for a comparison with what stands already. */
export interface FirstWish {
  readonly cluster: string;
  readonly adopt: boolean;
  readonly members: readonly {
    readonly node: string;
    readonly id: number | undefined;
    readonly votes: number;
    /** It takes the place of a machine that was known under this name. */
    readonly replaces: boolean;
  }[];
  readonly links: WantedLinks;
}

/** A host that answered, or why it did not. */
export type SeenHost =
  | { readonly node: string; readonly facts: MembershipFacts }
  | { readonly node: string; readonly silent: string };

export interface FirstLook {
  /** Sentences for a person who reads the preview. */
  readonly says: readonly string[];
  readonly against?: Failure;
}

/** Judges hosts that the program meets for the first time, before anything is written to any of them. */
export function firstLook(wish: FirstWish, seen: readonly SeenHost[]): FirstLook {
  const members = seen.flatMap((one) =>
    "facts" in one && one.facts.conf !== undefined
      ? [{ node: one.node, facts: one.facts, conf: one.facts.conf }]
      : [],
  );
  const silent = seen.flatMap((one) => ("silent" in one ? [one.node] : []));
  const says = [
    ...(silent.length === 0
      ? []
      : [
          `Whether ${silent.join(", ")} ${silent.length === 1 ? "is" : "are"} in a cluster already is not known: no answer yet.`,
        ]),
    ...seen.flatMap((one) =>
      "facts" in one && one.facts.unread !== undefined
        ? [`Whether ${one.node} is in a cluster already is not known: ${one.facts.unread}.`]
        : [],
    ),
  ];
  const against =
    foreign(wish, members) ??
    stillThere(wish, members) ??
    apart(wish, members) ??
    different(wish, members);
  if (against !== undefined) {
    return { says, against };
  }
  const [first] = members;
  if (first === undefined || wish.members.every(({ replaces }) => replaces)) {
    return { says };
  }
  const names = first.conf.nodes.map(({ name }) => name);
  const added = planLinks(first.conf, wish.links);
  return {
    says: [
      ...says,
      `The cluster ${wish.cluster} stands already, with ${names.join(", ")}: it is taken over, and ${
        added.kind === "steps"
          ? `its links are changed: ${differencesOf(first.conf, wish).join("; ")}`
          : "corosync stays as it is"
      }.`,
    ],
  };
}

interface Member {
  readonly node: string;
  readonly facts: MembershipFacts;
  readonly conf: CorosyncConf;
}

function foreign(wish: FirstWish, members: readonly Member[]): Failure | undefined {
  const others = members.filter(({ conf }) => conf.clusterName !== wish.cluster);
  const [first] = others;
  return first === undefined
    ? undefined
    : refusal(
        wish,
        others.map(
          ({ node, conf }) =>
            `${node} is in the cluster ${conf.clusterName} (with ${conf.nodes.map(({ name }) => name).join(", ")})`,
        ),
        `If that is the cluster you mean, write \`name: ${first.conf.clusterName}\`; otherwise correct the addresses, or install ${others.map(({ node }) => node).join(", ")} anew. A cluster's name cannot change.`,
      );
}

/** A replacement begins with a fresh installation. */
function stillThere(wish: FirstWish, members: readonly Member[]): Failure | undefined {
  const old = members.find(
    ({ node }) => wish.members.find((one) => one.node === node)?.replaces === true,
  );
  return old === undefined
    ? undefined
    : refusal(
        wish,
        [
          `the host that answers as ${old.node} is the member that it was, not a fresh installation`,
        ],
        `If ${old.node} shall be replaced, switch it off and install Proxmox VE on the new machine first; otherwise put \`installation\` back to what it was.`,
      );
}

/** Two clusters may have one name. */
function apart(wish: FirstWish, members: readonly Member[]): Failure | undefined {
  const [first, ...rest] = members;
  const other = rest.find(
    ({ node, conf }) =>
      first?.conf.nodes.some(({ name }) => name === node) === false &&
      !conf.nodes.some(({ name }) => name === first.node),
  );
  return first === undefined || other === undefined
    ? undefined
    : refusal(
        wish,
        [`${first.node} and ${other.node} are in two clusters, both called ${wish.cluster}`],
        "Install the nodes of one of the two anew; nodes are never moved from one cluster to another.",
      );
}

/** What would have to change of a cluster that somebody else formed. */
function different(wish: FirstWish, members: readonly Member[]): Failure | undefined {
  const [first] = members;
  if (first === undefined) {
    return undefined;
  }
  const ids = first.conf.nodes.flatMap(({ name, nodeid }) => {
    const id = wish.members.find(({ node }) => node === name)?.id;
    return id === undefined || id === nodeid ? [] : [{ name, nodeid, id }];
  });
  if (ids.length > 0) {
    return refusal(
      wish,
      ids.map(
        ({ name, nodeid, id }) => `${name} has the id ${nodeid}, and the file gives it ${id}`,
      ),
      `Write ${ids.map(({ name, nodeid }) => `\`id: ${nodeid}\` under \`nodes.${name}\``).join(", ")}; ids of members never change.`,
    );
  }
  const plan = planLinks(first.conf, wish.links);
  if (plan.kind === "same" || (wish.adopt && plan.kind === "steps")) {
    return undefined;
  }
  if (plan.kind === "refuse") {
    return refusal(wish, [plan.why], "Correct the stack file so that it says what is there.");
  }
  return plan.steps.every(({ kind }) => kind === "add-link")
    ? undefined
    : refusal(
        wish,
        differencesOf(first.conf, wish).map((difference) => `${difference} (there -> wanted)`),
        "Correct the stack file so that it says what is there, or set `adopt: true` to have it changed.",
      );
}

/** Each address and setting that differs, in words. */
function differencesOf(conf: CorosyncConf, { links }: FirstWish): string[] {
  const addresses = conf.nodes.flatMap((node) => {
    const wanted = links.addresses[node.name] ?? {};
    const numbers = new Set([...Object.keys(node.links), ...Object.keys(wanted)].map(Number));
    return [...numbers]
      .sort((a, b) => a - b)
      .flatMap((link) =>
        node.links[link] === wanted[link]
          ? []
          : [
              `link ${link} of ${node.name}: ${node.links[link] ?? "absent"} -> ${wanted[link] ?? "absent"}`,
            ],
      );
  });
  const totem = Object.entries(links.totem).flatMap(([key, value]) =>
    conf.totem[key] === value ? [] : [`${key}: ${conf.totem[key] ?? "absent"} -> ${value}`],
  );
  const priorities = Object.entries(links.priorities).flatMap(([link, priority]) => {
    const now = conf.linkPriorities[Number(link)] ?? 0;
    return addresses.length > 0 || now === priority
      ? []
      : [`priority of link ${link}: ${now} -> ${priority}`];
  });
  return [...addresses, ...totem, ...priorities];
}

function refusal(wish: FirstWish, found: readonly string[], doNext: string): Failure {
  return new Failure("refused", {
    tried: `to take over the cluster ${wish.cluster}`,
    where: "",
    cameBack: `refused, nothing was changed: ${found.join("; ")}`,
    doNext,
  });
}
