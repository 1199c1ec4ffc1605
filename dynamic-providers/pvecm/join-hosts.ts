import type { Clock, HostShell } from "../shell/shell.js";
import type { SeeOffWish } from "./see-off.js";

export interface JoinHosts {
  readonly joiner: HostShell;
  /** A member, by default the founder; the join is asked for there. */
  readonly peer: HostShell;
  readonly peerAddress: string;
  /** Every member that the new node must reach, the peer among them. */
  readonly members: readonly {
    readonly shell: HostShell;
    readonly links: Readonly<Record<number, string>>;
  }[];
}

export interface JoinPolicy {
  readonly deadlineMs: number;
  readonly firstUdpPort: number;
  readonly nonce: () => string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** What the stack file says of the machine that was there before, where another one takes its place. */
  readonly replacement: Pick<SeeOffWish, "declared" | "consent">;
}
