import { type CephRole, consentedDaemon } from "./consents.js";

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
