import { describe, expect, it } from "vitest";
import { filesystemServes } from "../../../../dynamic-providers/health/ceph-filesystem.js";
import {
  filesystemPool,
  planFilesystem,
} from "../../../../dynamic-providers/pveceph/filesystem/plan.js";
import { cephFilesystemInputs } from "../../../../dynamic-providers/pveceph/filesystem/schema.js";
import {
  FILESYSTEMS,
  filesystemIn,
  serversIn,
} from "../../../../dynamic-providers/pveceph/filesystem-map.js";
import { FREGE } from "../../../support/connection.js";

const wanted = cephFilesystemInputs.parse({
  cluster: "trio",
  connection: FREGE,
  filesystem: "shared",
  pgs: 32,
  share: 0.1,
  hotStandby: true,
  filesystemDeadlineMs: 60_000,
});
const pool = (number: number, name: string, more: object = {}) =>
  filesystemPool.parse({
    pool: number,
    pool_name: name,
    application_metadata: { cephfs: {} },
    ...more,
  });
const data = pool(3, "shared_data", { target_size_ratio: 0.1000000015 });
const metadata = pool(4, "shared_metadata");
const filesystem = { hotStandby: true, dataPool: 3, metadataPool: 4 };

describe("a file system", () => {
  it("that is not there is made with its pools by Proxmox", () => {
    expect(planFilesystem(wanted, { pools: [pool(1, "vm-disks")] })).toMatchObject([
      { kind: "add", from: "absent", step: { do: "create" } },
    ]);
  });

  it("whose pools alone are there, as a lost host leaves them, is joined from them", () => {
    expect(planFilesystem(wanted, { pools: [data, metadata] })).toMatchObject([
      { kind: "add", step: { do: "join" } },
    ]);
  });

  it("is refused where a pool of its name is something else, or one alone", () => {
    const other = pool(3, "shared_data", { application_metadata: { rbd: {} } });
    expect(() => planFilesystem(wanted, { pools: [other, metadata] })).toThrow(
      /no such file system, and the pool shared_data and the pool shared_metadata is there/,
    );
    expect(() => planFilesystem(wanted, { pools: [data] })).toThrow(
      /the pool shared_data is there/,
    );
  });

  it("that is as wanted stays, whatever its pools are called", () => {
    const named = { ...data, pool_name: "cephfs-data" };
    expect(planFilesystem(wanted, { filesystem, pools: [named, metadata] })).toEqual([]);
  });

  it("that differs shows each difference", () => {
    const found = {
      filesystem: { ...filesystem, hotStandby: false },
      pools: [pool(3, "shared_data"), metadata],
    };
    expect(
      planFilesystem(wanted, found).map(({ kind, path, from, to }) => [kind, path, from, to]),
    ).toEqual([
      ["change", "standby", "false", "true"],
      ["change", "share", "not set", "0.1"],
    ]);
  });

  it("that left the file stays", () => {
    expect(planFilesystem(undefined, { filesystem, pools: [data, metadata] })).toEqual([]);
  });
});

describe("the map of file systems", () => {
  const server = (name: string, state: string) => ({ name, state, rank: 0 });
  const map = FILESYSTEMS.read({
    status: 0,
    errors: "",
    text: JSON.stringify({
      epoch: 9,
      standbys: [server("clara", "up:standby")],
      filesystems: [
        {
          id: 1,
          mdsmap: {
            fs_name: "shared",
            flags: 50,
            data_pools: [3],
            metadata_pool: 4,
            info: {
              gid_1: server("adele", "up:active"),
              gid_2: server("berta", "up:standby-replay"),
            },
          },
        },
      ],
    }),
  });

  it("tells pools, whether servers may follow, and who serves", () => {
    expect(filesystemIn(map, "shared")).toEqual(filesystem);
    expect(filesystemIn(map, "other")).toBeUndefined();
    expect(serversIn(map, "shared", "adele")).toEqual({
      node: "adele",
      name: "shared",
      active: ["adele"],
      following: ["berta"],
      waiting: ["clara"],
    });
  });

  it("makes a file system whole with one that serves and one behind it", () => {
    const seen = serversIn(map, "shared", "adele");
    expect(filesystemServes(seen, true)).toMatchObject({
      met: true,
      value: "adele active, berta behind",
    });
    expect(filesystemServes({ ...seen, following: [] }, false).met).toBe(true);
    expect(filesystemServes({ ...seen, following: [], active: [] }, true)).toMatchObject({
      met: false,
      evidence:
        "the file system shared is not whole: no metadata server is active, and none follows the active one",
    });
  });
});
