import type { ClusterSpec } from "../schema/cluster.js";
import { type CephRole, consentedDaemon, consentedPool, consentedStorage } from "./consents.js";
import { cephStorageIds } from "./storage.js";

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
  readonly kind: "storage" | "pool" | "file system";
  readonly name: string;
  /** The consent by which it leaves. */
  readonly consent: string;
}

/**
 * Pools and file systems whose end the file consents to, and storages on those that stay. Of a storage the file alone cannot tell whether it was one
 * of Ceph, so each that it does not have is one of them. File systems come last: theirs needs every node.
 */
export function planRetiredPools(spec: ClusterSpec): RetiredPoolPlan[] {
  const wanted = [...Object.keys(spec.storage), ...cephStorageIds(spec)];
  const all = Object.keys(spec.consent)
    .sort()
    .flatMap((consent): RetiredPoolPlan[] => {
      const pool = consentedPool(consent);
      const storage = consentedStorage(consent);
      if (pool !== undefined) {
        return [{ ...pool, consent }];
      }
      return storage === undefined || wanted.includes(storage)
        ? []
        : [{ kind: "storage", name: storage, consent }];
    });
  return ORDER.flatMap((kind) => all.filter((one) => one.kind === kind));
}

const ORDER = ["storage", "pool", "file system"] as const;
