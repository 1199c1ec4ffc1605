/** A step into the stack file: a key of a mapping or a position in a list. */
export type PathSegment = string | number;
export type Path = readonly PathSegment[];

/** An error stops the program before it does anything; a warning is printed and nothing more. */
export type Severity = "error" | "warning";

/** What is wrong, seen from inside the cluster's section and without its place in the file. */
export interface Draft {
  readonly code: string;
  readonly severity: Severity;
  readonly path: Path;
  /** Point at the key itself, for what stands in the wrong place rather than has a wrong value. */
  readonly atKey?: boolean;
  readonly what: string;
  readonly fix: string;
}

export interface Finding {
  /** Stable name; `docs/findings.md` explains each. */
  readonly code: string;
  readonly severity: Severity;
  /** Where in the cluster's section, for example `nodes.frege.address`. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly what: string;
  readonly fix: string;
}

export interface CodeEntry {
  readonly severity: Severity;
  /** Why this is reported, for the list of all findings. */
  readonly about: string;
}
export type CodeTable = Readonly<Record<string, CodeEntry>>;

/** Makes drafts whose code is one of the table, so that no code goes undocumented. */
export function drafter<Codes extends CodeTable>(codes: Codes) {
  return (
    code: keyof Codes & string,
    path: Path,
    what: string,
    fix: string,
    place: { readonly atKey?: boolean } = {},
  ): Draft => ({
    code,
    severity: codes[code]?.severity ?? "error",
    path,
    ...place,
    what,
    fix,
  });
}
