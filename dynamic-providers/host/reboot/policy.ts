import type { Host } from "../../kit/runtime.js";
import type { Clock } from "../../shell/shell.js";
import type { Cancellation } from "../../transport/base/cancellation.js";

/** How one restart is made: its deadlines, and who helps. */
export interface RestartPolicy {
  readonly rebootDeadlineMs: number;
  readonly evacuationDeadlineMs: number;
  readonly quorumDeadlineMs: number;
  readonly cephDeadlineMs: number;
  readonly console: string;
  /** The member that has Ceph keep the node's data meanwhile. */
  readonly keeper?: Host;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly say: (line: string) => void;
}
