import { type CephRole, consentedDaemon, consentedPool } from "./consents.js";

export interface RetiredDaemonPlan {
  readonly role: CephRole;
  readonly node: string;
  /** The consent by which it leaves. */
  readonly consent: string;
}

/** Daemons whose leaving the file consents to. What only left the lists of the file stays where it is. */
export function planRetiredDaemons(
  consentDays: Readonly<Record<string, string>>,
): RetiredDaemonPlan[] {
  return Object.keys(consentDays)
    .sort()
    .flatMap((consent) => {
      const daemon = consentedDaemon(consent);
      return daemon === undefined ? [] : [{ ...daemon, consent }];
    });
}

export interface RetiredPoolPlan {
  readonly kind: "pool" | "file system";
  readonly name: string;
  /** The consent by which it leaves. */
  readonly consent: string;
}

/** Pools and file systems whose end the file consents to. File systems come last: theirs needs every node. */
export function planRetiredPools(consentDays: Readonly<Record<string, string>>): RetiredPoolPlan[] {
  const all = Object.keys(consentDays)
    .sort()
    .flatMap((consent) => {
      const pool = consentedPool(consent);
      return pool === undefined ? [] : [{ ...pool, consent }];
    });
  return [
    ...all.filter(({ kind }) => kind === "pool"),
    ...all.filter(({ kind }) => kind === "file system"),
  ];
}
