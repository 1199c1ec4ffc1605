import type { SecretRef } from "../../config/schema/primitives.js";
import type { Cancellation } from "../transport/base/cancellation.js";
import type { Clock } from "../transport/base/clock.js";
import type { NamedLocks } from "../transport/base/mutex.js";
import type { RunLog } from "../transport/base/run-log.js";
import type { Secret } from "../transport/base/secret.js";
import type { ApiReach, PveApi } from "../transport/pve-api/api.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import type { Shell } from "../transport/ssh/run-options.js";

/** A host as a provider sees it. */
export interface Host extends Shell {
  readonly place: string;
  /** Asks once for each name and run, for all resources of this host. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  /** Drops shared answers that this resource made stale. */
  forget(): void;
}

/** What one operation on one resource may use. Tests give their own. */
export interface Context {
  readonly resource: string;
  /** Set in a refresh, when nobody changes anything: resources may share one answer, which is nobody's before or after a change. */
  readonly refreshes?: true;
  /** Set in a preview of the command line, where a person reads what was seen; `up` without changes asks nobody. */
  readonly previews?: true;
  host(connection: SshConnection): Host;
  /** For changes that carry a secret; everything else is asked over ssh. */
  api(reach: ApiReach): PveApi;
  /** A new login to the host, beside the connection that everything else shares. Whoever asks for it closes it. */
  newLogin(connection: SshConnection): Shell & { close(): void };
  secret(reference: SecretRef): Promise<Secret>;
  readonly locks: NamedLocks;
  readonly clock: Clock;
  readonly log: RunLog;
  readonly cancellation: Cancellation;
  /** When this operation must have ended, in the clock's time. */
  readonly deadlineAt: number;
}

/** Makes contexts. One for the process; a fake one in tests. */
export interface Runtime {
  context(owner: {
    readonly resource: string;
    readonly deadlineMs: number;
    /** Whether the step that runs now changes something, for the log. */
    readonly changes: () => boolean;
    /** Hosts are only looked at: one quick try each, no key is left there and no host key recorded here. */
    readonly leavesNoTrace?: true;
  }): Context;
  /** The stack's whole configuration, handed over by the engine before the first operation. */
  configure(config: (key: string) => string | undefined): void;
  readonly clock: Clock;
  readonly log: RunLog;
  /** Set in a run for a part of the stack file. */
  readonly inPart?: boolean;
  /** Whether the run is to end, so that what only waits lets go; work on a host comes to its end. */
  stopAsked?(): boolean;
}
