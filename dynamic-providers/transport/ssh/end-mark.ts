import { randomBytes } from "node:crypto";

/**
 * An exit status alone proves nothing: a login shell that runs no commands, a forced command and a cut answer have one too. So
 * what a script prints stands between two marks that nobody else can know, and the second one tells its exit status.
 */
export interface Marks {
  readonly begin: string;
  /** Followed by the exit status and the end of the line. */
  readonly end: string;
}

/** Three words that the runner reads before the script: its length in bytes, and the marks. */
export function freshMarks(): Marks {
  const nonce = randomBytes(8).toString("hex");
  return { begin: `@@begun-${nonce}`, end: `@@ended-${nonce}` };
}

/**
 * Reads a length, two marks, then a script of that many bytes, and leaves the rest of the input to the script, which runs in a
 * shell of its own so that its end does not end the one that reports it. Nothing of it ever stands in a process list.
 */
export const RUNNER =
  "LC_ALL=C exec bash --norc -c '" +
  'IFS=" " read -r n b e; s=$(head -c "$n"); printf "%s\\n" "$b"; (eval "$s"); r=$?; printf "\\n%s %s\\n" "$e" "$r"; exit "$r"' +
  "' proxmox-ha";

/** What the runner reads. */
export function framed(script: string, { begin, end }: Marks, stdin: Buffer | undefined): Buffer {
  const body = Buffer.from(script);
  const head = Buffer.from(`${body.length} ${begin} ${end}\n`);
  return Buffer.concat([head, body, ...(stdin === undefined ? [] : [stdin])]);
}

export type Unframed =
  | { readonly kind: "whole"; readonly status: number; readonly text: string }
  /** The script did not begin; this is what was said instead. */
  | { readonly kind: "not-begun"; readonly text: string }
  | { readonly kind: "cut"; readonly text: string };

/** What the script printed, without what the host said of itself before it. */
export function unframed(printed: string, { begin, end }: Marks): Unframed {
  const start = printed.indexOf(`${begin}\n`);
  if (start < 0) {
    return { kind: "not-begun", text: printed };
  }
  const rest = printed.slice(start + begin.length + 1);
  const at = rest.lastIndexOf(`\n${end} `);
  const [line, status] = /^(\d+)\n/.exec(rest.slice(at + end.length + 2)) ?? [];
  if (at < 0 || line === undefined) {
    return { kind: "cut", text: rest };
  }
  // What the script left running may print after it.
  const after = rest.slice(at + end.length + 2 + line.length);
  return { kind: "whole", status: Number(status), text: `${rest.slice(0, at)}${after}` };
}
