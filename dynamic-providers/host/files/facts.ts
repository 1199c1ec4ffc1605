import { createHash } from "node:crypto";
import { command, raw, sh } from "../../transport/ssh/quoting.js";
import { WAITING_COMMAND } from "../way-in.js";

/** Records of what was there before, and of what was written, by set. Readable for root only. */
const STORE = "/var/lib/proxmox-ha/files";

export interface FileFacts {
  /** Undefined when there is no such file. */
  readonly sha256: string | undefined;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** What the program wrote last; undefined when it never did. */
  readonly written: string | undefined;
  /** Every line is one that an installation leaves, so nobody has made the file his own. */
  readonly untouched: boolean;
  /** Lines that a person changed, or that nobody's installation leaves; empty when there are none or they are secret. */
  readonly lines: string;
}

export interface SetFacts {
  /** A change of the way in is about to be undone, and it may be one of these files. */
  readonly wayInWaits: boolean;
  /** A change is in place and has not been made effective yet. */
  readonly reloadPending: boolean;
  readonly files: Readonly<Record<string, FileFacts>>;
  /** SHA-256 that each wanted file should have, where that is known. */
  readonly expected: Readonly<Record<string, string>>;
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Whether a file decides who may log in, so that it changes only under the guard of the way in. */
export const isWayIn = (path: string): boolean => path.startsWith("/etc/ssh/");

/** Folder of a set's records. */
export function storeOf(set: string): string {
  return `${STORE}/${set}`;
}

/** Name of a file's record. */
export function recordOf(path: string): string {
  return sha256(path).slice(0, 24);
}

/** What an observation has to know about a file beforehand. */
export interface FileToObserve {
  readonly path: string;
  readonly holdsSecrets: boolean;
  /** Extended regular expression of the lines that an installation leaves. */
  readonly installed: string | undefined;
}

/** Prints a line for each file that is asked for or on record; `parseObserved` knows its columns. */
export function observeScript(set: string, files: readonly FileToObserve[]): string {
  return sh`store=${storeOf(set)}
short() { head -n 4 | cut -c1-100 | tr '\\t\\n' ' |'; }
look() {
  written=- untouched=no lines=
  [ -f "$store/$2/written" ] && written=$(cat "$store/$2/written")
  if [ -f "$1" ]; then
    if [ -n "$4" ] && ! grep -qvxE -e "$4" "$1"; then untouched=yes; fi
    if [ "$3" = yes ]; then :
    elif [ -f "$store/$2/copy" ]; then lines=$(diff "$store/$2/copy" "$1" | grep '^[<>]' | sed 's/^</-/; s/^>/+/' | short)
    elif [ -n "$4" ]; then lines=$(grep -vxE -e "$4" "$1" | short)
    else lines=$(short < "$1"); fi
    sum=$(sha256sum < "$1") && printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$1" "\${sum%% *}" "$(stat -L -c '0%a\t%U\t%G' "$1")" "$written" "$untouched" "$lines"
  else
    printf '%s\\tabsent\\t-\\t-\\t-\\t%s\\tno\\t\\n' "$1" "$written"
  fi
}
${raw(
  files
    .map(({ path, holdsSecrets, installed }) =>
      command("look", path, recordOf(path), holdsSecrets ? "yes" : "no", installed ?? ""),
    )
    .join("\n"),
)}
for record in "$store"/*/path; do
  [ -f "$record" ] && look "$(cat "$record")" "$(basename "$(dirname "$record")")" yes ""
done
[ -e "$store/reload-pending" ] && echo '@@reload-pending'
${raw(files.some(({ path }) => isWayIn(path)) ? `test "$(${WAITING_COMMAND})" = waiting && echo '@@way-in-waits'` : ":")}
echo '@@end'
`;
}

/** Undefined when the output is not whole. Lines that are not ours are passed over. */
export function parseObserved(output: string): Omit<SetFacts, "expected"> | undefined {
  const lines = output.split("\n");
  if (!lines.includes("@@end")) {
    return undefined;
  }
  const files: Record<string, FileFacts> = {};
  for (const line of lines) {
    const [path, digest, mode, owner, group, written, untouched, ...rest] = line.split("\t");
    if (
      path === undefined ||
      digest === undefined ||
      mode === undefined ||
      owner === undefined ||
      group === undefined ||
      written === undefined
    ) {
      continue;
    }
    // Files on record are printed again at the end, without what only the wish knows about them.
    if (files[path] !== undefined) {
      continue;
    }
    files[path] = {
      sha256: digest === "absent" ? undefined : digest,
      mode: mode.padStart(4, "0"),
      owner,
      group,
      written: written === "-" ? undefined : written,
      untouched: untouched === "yes",
      lines: rest.join(" ").replace(/\|$/, "").trim(),
    };
  }
  return {
    files,
    reloadPending: lines.includes("@@reload-pending"),
    wayInWaits: lines.includes("@@way-in-waits"),
  };
}
