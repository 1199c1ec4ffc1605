/**
 * One thing that has to happen so that the wish comes true. `add` makes what is not there; `change` and `remove` touch
 * what is, so a new resource does neither without `adopt: true`.
 */
export interface Change<Step> {
  readonly kind: "add" | "change" | "remove";
  /** Which property it is about: `files["/etc/hosts"].content`. */
  readonly path: string;
  /** What is there, in words; "absent" for `add`. */
  readonly from: string;
  readonly to: string;
  /** Name of the thing whose data would be lost. Such a change needs the stack's consent. */
  readonly consent?: string;
  readonly step: Step;
}

export function renderChange({ path, from, to }: Change<unknown>): string {
  return `${path}: ${from} -> ${to}`;
}

export function renderChanges(changes: readonly Change<unknown>[]): string {
  return changes.map(renderChange).join("; ");
}
