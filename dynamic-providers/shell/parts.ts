import { raw, sh } from "../transport/ssh/quoting.js";

/**
 * One script that asks a host many things: what each command prints stands behind a line with the mark and a name, and behind what a
 * command that failed has printed stand its name and exit status. What a command complains about does not count.
 */
export function partScript(mark: string, name: string, command: string): string {
  const head = `${mark}${name}`;
  return sh`printf '\\n%s\\n' ${head}; ${raw(command)} 2>/dev/null || printf '\\n%s %s\\n' ${head} $?`;
}

/** The answers by name, as they were printed. What the host did not come to is missing. */
export function readParts(mark: string, output: string): ReadonlyMap<string, string> {
  return new Map(
    chunksOf(mark, output).flatMap(({ head, text }) => (head.includes(" ") ? [] : [[head, text]])),
  );
}

/** Exit statuses of what failed, by name: for parts in which "could not be read" is not the same as "there is none". */
export function failedParts(mark: string, output: string): ReadonlyMap<string, number> {
  return new Map(
    chunksOf(mark, output).flatMap(({ head }) => {
      const [name, status] = head.split(" ");
      return name === undefined || status === undefined ? [] : [[name, Number(status)]];
    }),
  );
}

function chunksOf(
  mark: string,
  output: string,
): { readonly head: string; readonly text: string }[] {
  return output.split(`\n${mark}`).flatMap((chunk) => {
    const end = chunk.indexOf("\n");
    return end < 0 ? [] : [{ head: chunk.slice(0, end), text: chunk.slice(end + 1) }];
  });
}
