import { type CorosyncConf, linkNumbers } from "../membership/corosync-conf.js";

/** What the stack file wants of the links of a formed cluster. */
export interface WantedLinks {
  /** Address by node name, then by link number. */
  readonly addresses: Readonly<Record<string, Readonly<Record<number, string>>>>;
  readonly priorities: Readonly<Record<number, number>>;
  /** Whether these very numbers are wanted, or only the order that they make. */
  readonly prioritiesNamed: boolean;
  readonly totem: Readonly<Record<string, string>>;
}

export type LinkStep =
  | { readonly kind: "remove-link"; readonly link: number; readonly why: string }
  | { readonly kind: "add-link"; readonly link: number }
  | { readonly kind: "set-priorities"; readonly priorities: Readonly<Record<number, number>> }
  | { readonly kind: "set-totem"; readonly totem: Readonly<Record<string, string>> };

export type LinkPlan =
  | { readonly kind: "same" }
  | { readonly kind: "steps"; readonly steps: readonly LinkStep[] }
  | { readonly kind: "refuse"; readonly why: string };

/**
 * Orders the changes so that one working link always carries the cluster. corosync refuses to move the address of
 * an existing link while running, so a moved link goes away and comes back, one link after the other.
 */
export function planLinks(current: CorosyncConf, wanted: WantedLinks): LinkPlan {
  const unknown = current.nodes.find((node) => wanted.addresses[node.name] === undefined);
  if (unknown !== undefined) {
    return {
      kind: "refuse",
      why: `node ${unknown.name} is a member of the cluster but not in the stack file`,
    };
  }
  const have = linkNumbers(current);
  const want = wantedLinkNumbers(current, wanted);
  const moved = want.filter((link) => have.includes(link) && moves(current, wanted, link));
  const gone = have.filter((link) => !want.includes(link));
  const added = want.filter((link) => !have.includes(link));
  const kept = have.filter((link) => !gone.includes(link) && !moved.includes(link));
  if ((moved.length > 0 || gone.length > 0) && kept.length === 0 && added.length === 0) {
    return {
      kind: "refuse",
      why: "every link would change at once and none would carry the cluster meanwhile; add a further link first, or change one link at a time",
    };
  }
  const steps: LinkStep[] = [
    // New links first: they carry the cluster while others move.
    ...added.map((link) => ({ kind: "add-link", link }) as const),
    ...moved.flatMap(
      (link) =>
        [
          { kind: "remove-link", link, why: "its addresses change" },
          { kind: "add-link", link },
        ] as const,
    ),
    ...gone.map((link) => ({ kind: "remove-link", link, why: "no longer wanted" }) as const),
    ...priorityStep(current, wanted, want),
    ...totemStep(current, wanted),
  ];
  return steps.length === 0 ? { kind: "same" } : { kind: "steps", steps };
}

/** The configuration after one step, with the version raised once. */
export function applyLinkStep(
  conf: CorosyncConf,
  step: LinkStep,
  wanted: WantedLinks,
): CorosyncConf {
  const next = { ...conf, configVersion: conf.configVersion + 1 };
  switch (step.kind) {
    case "remove-link":
      return {
        ...next,
        nodes: conf.nodes.map((node) => ({ ...node, links: without(node.links, step.link) })),
        linkPriorities: without(conf.linkPriorities, step.link),
      };
    case "add-link":
      return {
        ...next,
        nodes: conf.nodes.map((node) => {
          const address = wanted.addresses[node.name]?.[step.link];
          return address === undefined
            ? node
            : { ...node, links: { ...node.links, [step.link]: address } };
        }),
        linkPriorities: {
          ...conf.linkPriorities,
          [step.link]: priorityOfAdded(conf, step.link, wanted),
        },
      };
    case "set-priorities":
      return { ...next, linkPriorities: { ...conf.linkPriorities, ...step.priorities } };
    case "set-totem":
      return { ...next, totem: { ...conf.totem, ...step.totem } };
  }
}

function wantedLinkNumbers(current: CorosyncConf, wanted: WantedLinks): number[] {
  const all = new Set<number>();
  for (const node of current.nodes) {
    for (const link of Object.keys(wanted.addresses[node.name] ?? {})) {
      all.add(Number(link));
    }
  }
  return [...all].sort((a, b) => a - b);
}

function moves(current: CorosyncConf, wanted: WantedLinks, link: number): boolean {
  return current.nodes.some((node) => node.links[link] !== wanted.addresses[node.name]?.[link]);
}

function priorityStep(
  current: CorosyncConf,
  wanted: WantedLinks,
  links: readonly number[],
): LinkStep[] {
  const kept = linkNumbers(current);
  const added = links.filter((link) => !kept.includes(link));
  const after = {
    ...current.linkPriorities,
    ...Object.fromEntries(added.map((link) => [link, priorityOfAdded(current, link, wanted)])),
  };
  if (
    !wanted.prioritiesNamed &&
    preference(links, after) === preference(links, wanted.priorities)
  ) {
    return [];
  }
  const differ = links.filter(
    (link) =>
      kept.includes(link) &&
      !moves(current, wanted, link) &&
      (current.linkPriorities[link] ?? 0) !== (wanted.priorities[link] ?? 0),
  );
  return differ.length === 0
    ? []
    : [
        {
          kind: "set-priorities",
          priorities: Object.fromEntries(
            differ.map((link) => [link, wanted.priorities[link] ?? 0]),
          ),
        },
      ];
}

/** A further link, which is wanted last, needs no number that would change those of links formed by hand. */
function priorityOfAdded(current: CorosyncConf, link: number, wanted: WantedLinks): number {
  const planned = wanted.priorities[link] ?? 0;
  const both = [...new Set([...linkNumbers(current), link])];
  const order = preference(both, wanted.priorities);
  const fits = (priority: number): boolean =>
    preference(both, { ...current.linkPriorities, [link]: priority }) === order;
  return wanted.prioritiesNamed || fits(planned) || !fits(0) ? planned : 0;
}

/** The order in which corosync uses links: the highest number first, of equal ones the lowest link. */
function preference(
  links: readonly number[],
  priorities: Readonly<Record<number, number>>,
): string {
  return [...links].sort((a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b).join();
}

function totemStep(current: CorosyncConf, wanted: WantedLinks): LinkStep[] {
  const differ = Object.entries(wanted.totem).filter(
    ([key, value]) => current.totem[key] !== value,
  );
  return differ.length === 0 ? [] : [{ kind: "set-totem", totem: Object.fromEntries(differ) }];
}

function without<T>(record: Readonly<Record<number, T>>, key: number): Record<number, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => Number(name) !== key));
}
