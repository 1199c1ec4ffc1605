import type { RingPlan } from "../../../config/plan/ring.js";
import type { Material } from "../material.js";
import type { Tone } from "../parts.js";

export interface End {
  readonly node: string;
  readonly port: string;
}

/** A cable of a ring. */
export interface Cable {
  readonly ends: readonly [End, End];
  readonly tone: Tone;
  readonly words: string;
}

/**
 * Cables as the ports' neighbours announce them, and those of the plan of which nothing was heard. In a ring whose cables the file
 * does not declare any order is right, so that a planned cable whose ports were heard to lead elsewhere is none.
 */
export function cablesOf(ring: RingPlan, { look }: Material): Cable[] {
  const isOfRing = ({ node, port }: End): boolean =>
    ring.nodes.some((one) => one.node === node && one.ports.some(({ name }) => name === port));
  const heard = new Map<string, { readonly ends: readonly [End, End]; readonly by: string[] }>();
  for (const view of look.views) {
    for (const { port, name, farPort } of view.reachable ? view.neighbours : []) {
      const ends = [
        { node: view.node, port },
        { node: name, port: farPort },
      ] as const;
      if (ends.every(isOfRing)) {
        const { by } = heard.get(keyOf(ends)) ?? { by: [] };
        heard.set(keyOf(ends), { ends, by: [...by, view.node] });
      }
    }
  }
  const taken = new Set([...heard.values()].flatMap(({ ends }) => ends.map(nameOf)));
  const planned = new Set(ring.cables.map(keyOf));
  return [
    ...[...heard].map(([key, { ends, by }]): Cable => {
      const isWrong = ring.cablesDeclared && !planned.has(key);
      return {
        ends,
        tone: isWrong ? "bad" : "good",
        words: `heard by ${by.join(" and ")}${isWrong ? ", and not as declared" : ""}`,
      };
    }),
    ...ring.cables
      .filter((ends) => !ends.some((end) => taken.has(nameOf(end))))
      .map(
        (ends): Cable => ({
          ends,
          tone: "unseen",
          words: ring.cablesDeclared ? "declared, and not seen" : "supposed, and not seen",
        }),
      ),
  ];
}

export const nameOf = ({ node, port }: End): string => `${node}:${port}`;

const keyOf = (ends: readonly [End, End]): string => ends.map(nameOf).sort().join(" - ");
