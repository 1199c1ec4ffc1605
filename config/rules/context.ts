import type { CephNames } from "../plan/ceph-names.js";

/** Another stack of the same project, as far as two clusters can collide. */
export interface OtherStack {
  readonly file: string;
  readonly cluster: string;
  readonly domain: string;
  readonly nodes: readonly string[];
}

/** How the stack file holds another config value of this program. */
export type ConfigValueKind = "encrypted" | "plain";

/** What rules know beside the stack file itself. Nothing here is read from clock, disk or network. */
export interface RuleContext {
  /** What the last run wanted of Ceph, where its record lies at hand. */
  readonly recorded?: CephNames;
  readonly others: readonly OtherStack[];
  /** The section as it is written, before defaults are filled in; absent where only a parsed one is at hand. */
  readonly written?: unknown;
  /** Other values of this program in the stack's config; absent where they cannot be seen. */
  readonly configKeys?: ReadonlyMap<string, ConfigValueKind>;
  /** `2026-12-31`; without it nothing is said about dates. */
  readonly today?: string;
}
