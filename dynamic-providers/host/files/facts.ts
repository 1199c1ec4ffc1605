import { createHash } from "node:crypto";
import { command, quote } from "../../transport/ssh/quoting.js";

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
}

export interface SetFacts {
  /** A change is in place and has not been made effective yet. */
  readonly reloadPending: boolean;
  readonly files: Readonly<Record<string, FileFacts>>;
  /** SHA-256 that each wanted file should have, where that is known. */
  readonly expected: Readonly<Record<string, string>>;
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Folder of a set's records. */
export function storeOf(set: string): string {
  return `${STORE}/${set}`;
}

/** Name of a file's record. */
export function recordOf(path: string): string {
  return sha256(path).slice(0, 24);
}

/** Prints a line for each file that is asked for or on record: path, digest, mode, owner, group, written digest. */
export function observeScript(set: string, paths: readonly string[]): string {
  return `store=${quote(storeOf(set))}
look() {
  written=-
  [ -f "$store/$2/written" ] && written=$(cat "$store/$2/written")
  if [ -f "$1" ]; then
    sum=$(sha256sum < "$1") && printf '%s\\t%s\\t%s\\t%s\\n' "$1" "\${sum%% *}" "$(stat -L -c '0%a\t%U\t%G' "$1")" "$written"
  else
    printf '%s\\tabsent\\t-\\t-\\t-\\t%s\\n' "$1" "$written"
  fi
}
${paths.map((path) => command("look", path, recordOf(path))).join("\n")}
for record in "$store"/*/path; do
  [ -f "$record" ] && look "$(cat "$record")" "$(basename "$(dirname "$record")")"
done
[ -e "$store/reload-pending" ] && echo '@@reload-pending'
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
    const [path, digest, mode, owner, group, written] = line.split("\t");
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
    files[path] = {
      sha256: digest === "absent" ? undefined : digest,
      mode: mode.padStart(4, "0"),
      owner,
      group,
      written: written === "-" ? undefined : written,
    };
  }
  return { files, reloadPending: lines.includes("@@reload-pending") };
}
