import { z } from "zod";
import { type Native, native, pathOf } from "../native-schema.js";

/** What was on the cluster before the program came: storages by id, the rest by path. */
const standing = z
  .object({ storages: z.array(z.string()), objects: z.array(z.string()) })
  .transform(({ storages, objects }) => [
    ...storages.map((name) => pathOf({ kind: "storage", name })),
    ...objects,
  ]);

/** One storage, as rosters and guards had it. */
export const storageVersion1 = native
  .omit({ kind: true, name: true })
  .extend({ id: z.string() })
  .transform(({ id: name, ...rest }): Native => ({ kind: "storage", name, ...rest }));

const byPath = z.string().transform((path): Native => {
  const name = (list: string): string => path.slice(list.length);
  return path.startsWith("/pools/")
    ? { kind: "resourcePool", name: name("/pools/") }
    : { kind: "haGroup", name: name("/cluster/ha/groups/") };
});

/** In the first version storages had a list of their own, and everything else was known by its path. */
export const rosterVersion1 = z.looseObject({
  storages: z.array(storageVersion1),
  /** States of a still earlier program have none. */
  objects: z.array(byPath).optional(),
  standing: standing.default([]),
});

/** What the program reads of a roster in whose state nothing had to change. */
export const takenOverInVersion1 = z.object({ standing });
