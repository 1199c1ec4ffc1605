import type { Failure } from "../../config/failure/failure.js";
import type { Change } from "../kit/change.js";
import type { Context } from "../kit/runtime.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import type { Native, NativeWish } from "./native-schema.js";

/** What is there, as Proxmox lists it. */
export type ApiEntry = Readonly<Record<string, unknown>>;
/** Last days by name, as the stack file has them. */
export type Consent = Readonly<Record<string, string>>;

/** One that is to go, or to be made anew at another place. */
export interface Leaving {
  readonly native: Native;
  /** The new place, where it stays under the same name. */
  readonly becomes: string | undefined;
}

/** Why one of them must stay, after a look at what it holds. */
export type Verdict = (leaving: Leaving, consent: Consent, nowMs: number) => Failure | undefined;

/** What makes one kind of native resource different from the others; the rest is done once for all. */
export interface NativeKind {
  /** What differs between the file and what is there. Throws where it lies at another place. */
  compare(wish: NativeWish, found: ApiEntry): Change<unknown>[];
  /** Looks at what would be lost, and at who would miss it. Absent where that is nothing, or where Proxmox itself refuses. */
  held?(
    natives: readonly Native[],
    connections: readonly SshConnection[],
    context: Pick<Context, "host">,
  ): Promise<Verdict>;
}
