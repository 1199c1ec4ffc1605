import type { Change } from "../../kit/change.js";
import type { FileFacts, SetFacts } from "./facts.js";
import type { FilesState, RememberedFile } from "./schema.js";

export type FileStep =
  | { readonly action: "put" | "restore"; readonly path: string }
  | { readonly action: "reload" }
  | { readonly action: "confirm" };

/** The cluster file system gives every file its own mode and owner, and refuses others. */
const WITHOUT_ATTRIBUTES = "/etc/pve/";

/** What differs between the files of a host and the wish. A file that is on record and no longer wanted goes back. */
export function planFiles(wanted: FilesState | undefined, facts: SetFacts): Change<FileStep>[] {
  const files = wanted?.files ?? {};
  const puts = Object.entries(files).flatMap(([path, file]) =>
    planFile(path, file, facts.files[path], facts.expected[path]),
  );
  const restores = Object.entries(facts.files)
    .filter(([path, { written }]) => written !== undefined && files[path] === undefined)
    .map(
      ([path, { sha256 }]): Change<FileStep> => ({
        kind: "remove",
        path: nameOf(path),
        from: shortly(sha256),
        to: "what was there before",
        step: { action: "restore", path },
      }),
    );
  const changes = [...puts, ...restores];
  const late = facts.reloadPending && wanted?.reload !== undefined && changes.length === 0;
  return late
    ? [{ kind: "add", path: "reload", from: "not done", to: "done", step: { action: "reload" } }]
    : changes;
}

function planFile(
  path: string,
  file: RememberedFile,
  found: FileFacts | undefined,
  expected: string | undefined,
): Change<FileStep>[] {
  const step: FileStep = { action: "put", path };
  const wantedDigest = expected ?? (file.holdsSecrets ? found?.written : file.digest);
  const to = file.holdsSecrets ? "the wanted text" : shortly(wantedDigest);
  if (found?.sha256 === undefined) {
    return [{ kind: "add", path: nameOf(path), from: "absent", to, step }];
  }
  const changes: Change<FileStep>[] = [];
  // What an installation leaves may be replaced like nothing at all.
  const kind = found.untouched && found.written === undefined ? "add" : "change";
  if (found.sha256 !== wantedDigest) {
    const lines = found.lines === "" ? "" : ` (${found.lines})`;
    const from = file.holdsSecrets ? "another text" : `${shortly(found.sha256)}${lines}`;
    changes.push({ kind, path: `${nameOf(path)}.content`, from, to, step });
  }
  if (!path.startsWith(WITHOUT_ATTRIBUTES)) {
    for (const attribute of ["mode", "owner", "group"] as const) {
      if (found[attribute] !== file[attribute]) {
        changes.push({
          kind,
          path: `${nameOf(path)}.${attribute}`,
          from: found[attribute],
          to: file[attribute],
          step,
        });
      }
    }
  }
  return changes;
}

function nameOf(path: string): string {
  return `files["${path}"]`;
}

function shortly(digest: string | undefined): string {
  return digest === undefined ? "absent" : `sha256 ${digest.slice(0, 12)}…`;
}
