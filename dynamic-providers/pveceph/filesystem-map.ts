import { z } from "zod";
import type { SeenFilesystem } from "../health/ceph-filesystem.js";
import { askCeph } from "./ceph-command.js";

/** In the map of a file system: metadata servers may follow an active one. */
const ALLOWS_FOLLOWING = 1 << 5;

const server = z.object({ name: z.string(), state: z.string() });
const filesystemMap = z.object({
  standbys: z.array(server).default([]),
  filesystems: z.array(
    z.object({
      mdsmap: z.object({
        fs_name: z.string(),
        flags: z.number(),
        data_pools: z.array(z.number()),
        metadata_pool: z.number(),
        info: z.record(z.string(), server).default({}),
      }),
    }),
  ),
});
export type FilesystemMap = z.output<typeof filesystemMap>;

/** All file systems and who serves them, in one answer. */
export const FILESYSTEMS = askCeph(["fs", "dump"], filesystemMap);

export interface FoundFilesystem {
  readonly hotStandby: boolean;
  /** Numbers of its pools. */
  readonly dataPool: number;
  readonly metadataPool: number;
}

export function filesystemIn(map: FilesystemMap, name: string): FoundFilesystem | undefined {
  const found = mapOf(map, name);
  return (
    found && {
      hotStandby: (found.flags & ALLOWS_FOLLOWING) !== 0,
      dataPool: found.data_pools[0] ?? -1,
      metadataPool: found.metadata_pool,
    }
  );
}

export function serversIn(map: FilesystemMap, name: string, node: string): SeenFilesystem {
  const servers = Object.values(mapOf(map, name)?.info ?? {});
  const of = (state: string) => servers.filter((one) => one.state === state).map((one) => one.name);
  return {
    node,
    name,
    active: of("up:active"),
    following: of("up:standby-replay"),
    waiting: map.standbys.map((one) => one.name),
  };
}

const mapOf = ({ filesystems }: FilesystemMap, name: string) =>
  filesystems.find(({ mdsmap }) => mdsmap.fs_name === name)?.mdsmap;
