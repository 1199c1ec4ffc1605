import { z } from "zod";
import { maskSecrets } from "../../config/failure/hidden-text.js";
import type { PlannedChange } from "./planned-change.js";
import { nodeOf } from "./risks.js";
import { unifiedDiff } from "./unified-diff.js";

/** A file that a step would write, as far as the stack file and the records tell it. */
export interface FileDiff {
  readonly node: string;
  readonly path: string;
  /** `new`: nothing is recorded of it. `changed`: of the last run's text. `back`: what was there before the program comes back. */
  readonly change: "new" | "changed" | "back";
  /** Lines of a unified diff from what the last run wanted; secrets stand in it by their names. */
  readonly diff: readonly string[];
}

/** What the diffs do not have: what a host has of its own is seen by its digest and first lines, in the step's reasons. */
const NO_TEXT = "(a file of the program, which is not shown)";

/** One after the other by node and path. */
export function fileDiffs(changes: readonly PlannedChange[]): FileDiff[] {
  return changes
    .filter(({ action }) => action === "create" || action === "update" || action === "replace")
    .flatMap(diffsOf)
    .sort((a, b) => byText(a.node, b.node) || byText(a.path, b.path));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function diffsOf(change: PlannedChange): FileDiff[] {
  const node = nodeOf(change);
  if (node === undefined) {
    return [];
  }
  const was = textsIn(change.before);
  const is = textsIn(change.after);
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths.flatMap((path): FileDiff[] => {
    const before = was.get(path);
    const after = is.get(path);
    if (before === after) {
      return [];
    }
    const names = [
      `--- ${before === undefined ? "/dev/null" : `${node}:${path}`}`,
      `+++ ${after === undefined ? "/dev/null" : `${node}:${path}`}`,
    ];
    const lines = unifiedDiff(before ?? "", after ?? "");
    const diff = [...names, ...lines].map(maskSecrets);
    const kind = before === undefined ? "new" : after === undefined ? "back" : "changed";
    return [{ node, path, change: kind, diff }];
  });
}

const text = z.object({
  content: z.string().optional(),
  source: z.object({ path: z.string(), sha256: z.string() }).optional(),
});
/** The two shapes in which kinds have files. */
const byPath = z.object({ files: z.record(z.string(), text) });
const inList = z.object({ files: z.array(z.object({ path: z.string(), content: z.string() })) });

function textsIn(inputs: unknown): ReadonlyMap<string, string> {
  const listed = inList.safeParse(inputs).data?.files ?? [];
  const named = Object.entries(byPath.safeParse(inputs).data?.files ?? {});
  return new Map([
    ...listed.map(({ path, content }) => [path, content] as const),
    ...named.map(([path, { content, source }]) => [path, content ?? shown(source)] as const),
  ]);
}

const shown = (source: z.output<typeof text>["source"]): string =>
  source === undefined ? "" : `${NO_TEXT}\nsha256 ${source.sha256}\n`;
