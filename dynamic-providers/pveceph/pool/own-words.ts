import type { Change } from "../../kit/change.js";
import type { FoundPool } from "./found.js";
import type { CephPoolInputs } from "./schema.js";

/** A command of Ceph's own, for what Proxmox neither sets nor tells. */
export interface OwnWords {
  readonly do: "tell";
  /** Behind `ceph osd pool`. */
  readonly words: readonly string[];
}

/** Limit and compression: only what the file names. */
export function ownChanges(wanted: CephPoolInputs, found: FoundPool): Change<OwnWords>[] {
  const { quotaBytes, compression } = wanted;
  const pool = found.pool_name;
  const bytes = (amount: number): string => (amount === 0 ? "none" : `${amount} bytes`);
  const all: readonly (readonly [
    path: string,
    from: string,
    to: string | undefined,
    words: readonly string[],
  ])[] = [
    [
      "quota",
      bytes(found.quotaBytes),
      quotaBytes === undefined ? undefined : bytes(quotaBytes),
      ["set-quota", pool, "max_bytes", String(quotaBytes)],
    ],
    ...(["mode", "algorithm"] as const).map((key) => {
      const option = `compression_${key}` as const;
      // Ceph tells no mode of a pool that never had one; algorithms are then each OSD's own.
      const from = found.options[option] ?? (key === "mode" ? "none" : "not set");
      const to = compression?.[key];
      return [`compression.${key}`, from, to, ["set", pool, option, String(to)]] as const;
    }),
  ];
  return all.flatMap(([path, from, to, words]) =>
    to === undefined || from === to
      ? []
      : [{ kind: "change" as const, path, from, to, step: { do: "tell" as const, words } }],
  );
}
