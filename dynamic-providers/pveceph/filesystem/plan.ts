import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import { poolsOfFilesystem } from "../../../config/plan/ceph-filesystems.js";
import type { Change } from "../../kit/change.js";
import { asOwn, type Finish } from "../begun.js";
import type { FoundFilesystem } from "../filesystem-map.js";
import type { CephFilesystemInputs } from "./schema.js";

const number = z.union([z.number(), z.string()]).transform(Number);
export const filesystemPool = z.object({
  pool: number,
  pool_name: z.string(),
  target_size_ratio: number.optional(),
  application_metadata: z.record(z.string(), z.unknown()).default({}),
});
type PoolRow = z.output<typeof filesystemPool>;

export interface FilesystemFacts {
  readonly filesystem?: FoundFilesystem;
  readonly pools: readonly PoolRow[];
  /** A run has begun to make it and was cut. */
  readonly begun?: boolean;
}

export type FilesystemStep =
  /** Pools and file system, as Proxmox makes them. */
  | { readonly do: "create" }
  /** The file system on pools that a host left behind which was lost in between. */
  | { readonly do: "join" }
  | { readonly do: "follow"; readonly allowed: boolean }
  | { readonly do: "share"; readonly pool: string; readonly ratio: number };

/** What has to happen. A file system is never removed, and what the file does not say of its pools belongs to whoever set it. */
export function planFilesystem(
  wanted: CephFilesystemInputs | undefined,
  facts: FilesystemFacts,
): Change<FilesystemStep | Finish>[] {
  if (wanted === undefined) {
    return [];
  }
  const changes = changesOf(wanted, facts);
  return facts.begun === true ? asOwn(changes) : changes;
}

function changesOf(wanted: CephFilesystemInputs, facts: FilesystemFacts): Change<FilesystemStep>[] {
  const { filesystem } = facts;
  if (filesystem === undefined) {
    return [making(wanted, facts)];
  }
  const { hotStandby, share } = wanted;
  const data = dataPoolOf(facts);
  const changes: Change<FilesystemStep>[] = [];
  if (filesystem.hotStandby !== hotStandby) {
    changes.push({
      kind: "change",
      path: "standby",
      from: String(filesystem.hotStandby),
      to: String(hotStandby),
      step: { do: "follow", allowed: hotStandby },
    });
  }
  const now = data?.target_size_ratio;
  if (share !== undefined && data !== undefined && Math.abs((now ?? 0) - share) > 1e-6) {
    changes.push({
      kind: "change",
      path: "share",
      from: String(now ?? "not set"),
      to: String(share),
      step: { do: "share", pool: data.pool_name, ratio: share },
    });
  }
  return changes;
}

export const dataPoolOf = ({ filesystem, pools }: FilesystemFacts): PoolRow | undefined =>
  pools.find(({ pool }) => pool === filesystem?.dataPool);

function making(wanted: CephFilesystemInputs, { pools }: FilesystemFacts): Change<FilesystemStep> {
  const names = poolsOfFilesystem(wanted.filesystem);
  const there = [names.data, names.metadata].flatMap((name) =>
    pools.filter(({ pool_name }) => pool_name === name),
  );
  const to = `a file system on ${names.data} and ${names.metadata}`;
  if (there.length === 0) {
    return { kind: "add", path: "filesystem", from: "absent", to, step: { do: "create" } };
  }
  // Proxmox makes both for this use and then joins them. Ceph itself refuses to take metadata pools with anything in them.
  if (there.length === 2 && there.every((pool) => "cephfs" in pool.application_metadata)) {
    return { kind: "add", path: "filesystem", from: "absent", to, step: { do: "join" } };
  }
  throw new Failure("refused", {
    tried: `to make the file system ${wanted.filesystem}`,
    where: "",
    cameBack: `refused: there is no such file system, and ${there.map(({ pool_name }) => `the pool ${pool_name}`).join(" and ")} is there`,
    doNext: `Take another name for the file system in the stack file, or, only if \`rados -p ${there[0]?.pool_name} ls\` shows nothing that anybody needs, destroy the pool in Proxmox.`,
  });
}
