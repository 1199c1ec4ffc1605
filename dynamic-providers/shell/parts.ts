import { raw, sh } from "../transport/ssh/quoting.js";

/**
 * One script that asks a host many things: what each command prints stands behind a line with the mark and a name. What a
 * command complains about and whether it succeeds does not count; its silence does.
 */
export function partScript(mark: string, name: string, command: string): string {
  return sh`printf '\\n%s\\n' ${`${mark}${name}`}; ${raw(command)} 2>/dev/null || true`;
}

/** The answers by name, as they were printed. What the host did not come to is missing. */
export function readParts(mark: string, output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split(`\n${mark}`).flatMap((chunk) => {
      const end = chunk.indexOf("\n");
      return end < 0 ? [] : [[chunk.slice(0, end), chunk.slice(end + 1)] as const];
    }),
  );
}
