import { z } from "zod";

/** One resource of a first run: what it took, and what it had to wait for. */
export interface Link {
  readonly name: string;
  readonly seconds: number;
  readonly after: readonly string[];
}

export interface Chain {
  readonly seconds: number;
  readonly links: readonly Link[];
  /** What all resources took together, as if there had been one after the other. */
  readonly work: number;
}

/** The resources that no run can be faster than, one waiting for the other. */
export function longestChain(all: readonly Link[]): Chain {
  const byName = new Map(all.map((link) => [link.name, link]));
  const known = new Map<string, { readonly seconds: number; readonly links: readonly Link[] }>();
  const none = { seconds: 0, links: [] };
  const upTo = (name: string): { readonly seconds: number; readonly links: readonly Link[] } => {
    const link = byName.get(name);
    const before = known.get(name);
    if (link === undefined || before !== undefined) {
      return before ?? none;
    }
    // A state has no circles; one by mistake ends here instead of never.
    known.set(name, none);
    const longest = link.after
      .map(upTo)
      .reduce((one, other) => (other.seconds > one.seconds ? other : one), none);
    const chain = { seconds: longest.seconds + link.seconds, links: [...longest.links, link] };
    known.set(name, chain);
    return chain;
  };
  const chains = all.map(({ name }) => upTo(name));
  const { seconds, links } = chains.reduce(
    (one, other) => (other.seconds > one.seconds ? other : one),
    none,
  );
  return { seconds, links, work: all.reduce((sum, one) => sum + one.seconds, 0) };
}

const exported = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({
        urn: z.string(),
        custom: z.boolean().default(false),
        parent: z.string().nullish(),
        dependencies: z.array(z.string()).nullish(),
      }),
    ),
  }),
});

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/**
 * From what a run said of its steps, and what its state says of their order. What a component waits for is waited for by all that stands
 * in it, because nothing is declared below a parent that is not there yet.
 */
export function linksOf(said: string, state: string): Link[] {
  const { resources } = exported.parse(JSON.parse(state)).deployment;
  const took = new Map<string, number>();
  for (const [, name = "", seconds] of said.matchAll(
    /^ {2}done {7}(\S+) in (\d+(?:\.\d+)?) s$/gm,
  )) {
    took.set(name, (took.get(name) ?? 0) + Number(seconds));
  }
  // A component may be called like a resource elsewhere, and takes no time itself.
  const shown = (urn: string, custom: boolean) => (custom ? nameOf(urn) : `in ${nameOf(urn)}`);
  const names = new Map(resources.map(({ urn, custom }) => [urn, shown(urn, custom)]));
  return resources.map(({ urn, custom, parent, dependencies }) => ({
    name: shown(urn, custom),
    seconds: custom ? (took.get(nameOf(urn)) ?? 0) : 0,
    after: [...(dependencies ?? []), parent ?? ""].flatMap((one) => names.get(one) ?? []),
  }));
}

/** On one line, without what took no time. */
export function shownChain({ seconds, links, work }: Chain): string {
  const parts = links
    .filter((link) => link.seconds >= 0.5)
    .map((link) => `${link.name} ${link.seconds.toFixed(1)}`);
  return `longest serial chain ${seconds.toFixed(1)} s of ${work.toFixed(1)} s of work: ${parts.join(" > ")}`;
}
