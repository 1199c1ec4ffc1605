import type { Inventory } from "./inventory.js";

/** Where a guest goes while its node is out of service. */
export interface Move {
  readonly guest: number;
  readonly managed: boolean;
  readonly bytes: number;
  /** Undefined where it fits nowhere. HA chooses by itself; then it says that there is room at all. */
  readonly to: string | undefined;
  /** The most that was free on any other node when it was its turn. */
  readonly most: number;
}

/** The largest first, each to the node that has most left. */
export function planMoves({ guests, nodes }: Inventory, node: string): Move[] {
  const left = new Map(
    nodes.flatMap((one) => (one.node === node ? [] : [[one.node, one.freeBytes] as const])),
  );
  return guests
    .filter(
      (guest) => guest.node === node && guest.running && (guest.managed || guest.kind === "vm"),
    )
    .toSorted((a, b) => b.bytes - a.bytes || a.id - b.id)
    .map(({ id, bytes, managed }) => {
      const [best, most] = [...left].reduce<readonly [string | undefined, number]>(
        (so, [name, free]) => (free > so[1] ? [name, free] : so),
        [undefined, 0],
      );
      const to = best !== undefined && most >= bytes ? best : undefined;
      if (to !== undefined) {
        left.set(to, most - bytes);
      }
      return { guest: id, managed, bytes, to, most };
    });
}
