import type { Planned } from "./planned.js";

/** What a person knows as work: neither a component nor the way to an API. */
export const isWork = ({ isComponent, isProvider }: Planned): boolean =>
  !isComponent && !isProvider;

export const isPending = ({ op }: Planned): boolean => op !== "same";

/** What a run would do, by what has to stand before it. */
export class Graph {
  private readonly byUrn: ReadonlyMap<string, Planned>;

  constructor(readonly planned: readonly Planned[]) {
    this.byUrn = new Map(planned.map((one) => [one.urn, one]));
  }

  /** Everything with something to do that has to stand before these, near or far; themselves are not among it. */
  pendingBefore(some: readonly Planned[]): readonly Planned[] {
    const seen = new Set<string>();
    const open = some.flatMap(({ needs }) => needs);
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      const one = this.byUrn.get(urn);
      if (one !== undefined && !seen.has(urn)) {
        seen.add(urn);
        open.push(...one.needs);
      }
    }
    const own = new Set(some.map(({ urn }) => urn));
    return this.planned.filter((one) => seen.has(one.urn) && !own.has(one.urn) && isPending(one));
  }
}
