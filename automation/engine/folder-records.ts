import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const state = z.looseObject({
  checkpoint: z.looseObject({
    latest: z.looseObject({ pending_operations: z.array(z.unknown()).optional() }).optional(),
  }),
});

/**
 * Whether the records of a back-end in a folder say that no step was begun and none waits for a look. Reading two small files takes no time;
 * asking Pulumi takes two of its starts. False where that is not known, so that Pulumi is asked.
 */
export function knownToBeWhole(backendUrl: string | undefined, stack: string): boolean {
  if (backendUrl?.startsWith("file:///") !== true) {
    return false;
  }
  const stacks = path.join(fileURLToPath(backendUrl), ".pulumi", "stacks");
  const projects = existsSync(stacks) ? readdirSync(stacks) : [];
  const [file, ...others] = projects
    .map((project) => path.join(stacks, project, `${stack}.json`))
    .filter((one) => existsSync(one));
  if (file === undefined || others.length > 0 || existsSync(file.replace(/json$/, "pulumi-tags"))) {
    return false;
  }
  const read = stateIn(file);
  return read !== undefined && (read.checkpoint.latest?.pending_operations ?? []).length === 0;
}

/** One that cannot be read is Pulumi's to complain about. */
function stateIn(file: string): z.output<typeof state> | undefined {
  try {
    return state.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
