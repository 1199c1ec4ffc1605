import type { Clock, Policy } from "../base/clock.js";
import type { NotReachable } from "./dial.js";

/** How long one host is tried for while no host at all has answered. */
const ALONE_MS = 10_000;
/** A host that was silent is not asked again within this time while all the others are silent too. */
const REMEMBERED_MS = 15_000;

/**
 * Who has answered in this process. Patience is for the one host that boots while the others work; where nobody has answered yet, the
 * reason is not with the hosts, and waiting for each of them would only take time.
 */
export class Contacts {
  private anybody = false;
  private readonly silent = new Map<
    string,
    { readonly failure: NotReachable; readonly at: number }
  >();

  constructor(private readonly clock: Clock) {}

  /** A host took a connection, whatever came of it. */
  answered(): void {
    this.anybody = true;
    this.silent.clear();
  }

  keptSilent(place: string, failure: NotReachable): void {
    if (failure.tookConnection) {
      this.answered();
    } else if (!this.anybody) {
      this.silent.set(place, { failure, at: this.clock.now() });
    }
  }

  /** Why this host need not be asked again just now. */
  silenceOf(place: string): NotReachable | undefined {
    const known = this.silent.get(place);
    return known !== undefined && this.clock.now() - known.at < REMEMBERED_MS
      ? known.failure
      : undefined;
  }

  patience(policy: Policy): Policy {
    return this.anybody ? policy : { ...policy, deadlineMs: Math.min(policy.deadlineMs, ALONE_MS) };
  }
}
