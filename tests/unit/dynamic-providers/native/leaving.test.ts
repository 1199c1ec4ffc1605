import { expect, it } from "vitest";
import { leavingNatives } from "../../../../dynamic-providers/native/leaving.js";

const storage = (name: string, place: string) => ({ kind: "storage", name, place }) as const;
const NFS = storage("vms", "nfs 10.203.3.99:/volume1/vms");
const RBD = storage("disks", "rbd old");

it("counts what is wanted no more, or at another place, as leaving", () => {
  const moved = { ...NFS, place: "nfs 10.203.3.98:/volume1/vms" };
  expect(leavingNatives([NFS], [])).toEqual([{ native: NFS, becomes: undefined }]);
  expect(leavingNatives([NFS], [moved])).toEqual([{ native: NFS, becomes: moved.place }]);
  expect(leavingNatives([NFS], [NFS])).toEqual([]);
});

it("lets a storage of Ceph go, which stays on the cluster, and looks at one that moves", () => {
  const moved = { ...RBD, place: "rbd new" };
  expect(leavingNatives([RBD, storage("iso", "cephfs shared")], [])).toEqual([]);
  expect(leavingNatives([RBD], [moved])).toEqual([{ native: RBD, becomes: "rbd new" }]);
});
