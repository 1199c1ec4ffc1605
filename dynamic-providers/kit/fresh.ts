import type { Context } from "./runtime.js";

/** A cluster of which no host is a member yet holds nothing that anybody could have made by hand. */
const fresh = new WeakSet<Context["locks"]>();

/** Told by the roster, which looks before everything else does. */
export function tellFresh({ locks }: Pick<Context, "locks">): void {
  fresh.add(locks);
}

export const isFresh = ({ locks }: Pick<Context, "locks">): boolean => fresh.has(locks);
