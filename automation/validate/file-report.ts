import type { Finding } from "../../config/findings/finding.js";

/** What was found in one stack file. */
export interface FileReport {
  /** As a person standing in the current folder would write it. */
  readonly file: string;
  readonly stack: string | undefined;
  readonly findings: readonly Finding[];
  /** How many warnings the file itself says are known. */
  readonly acknowledged: number;
  /** False when the file was too broken for every check. */
  readonly complete: boolean;
}
