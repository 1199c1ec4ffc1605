import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/plan/index.js";
import type { StoragePlan } from "../config/plan/storage.js";
import { CifsStorage } from "./cifs-storage.js";
import { DirectoryStorage } from "./directory-storage.js";
import { LvmThinStorage } from "./lvm-thin-storage.js";
import { NfsStorage } from "./nfs-storage.js";
import { PbsStorage } from "./pbs-storage.js";
import type { SecretSource } from "./secret-source.js";
import { ZfsStorage } from "./zfs-storage.js";

export type DeclaredStorage =
  | NfsStorage
  | CifsStorage
  | DirectoryStorage
  | ZfsStorage
  | LvmThinStorage
  | PbsStorage;

/**
 * Each storage as its own component. All are protected: changing a server or a path replaces the definition,
 * and guests whose disks lie there would lose them. A consent for `storage.ID` lifts it.
 */
export function declareStorages(
  plan: Pick<ClusterPlan, "storages" | "consents">,
  secret: SecretSource,
  opts: pulumi.ComponentResourceOptions,
): DeclaredStorage[] {
  return plan.storages.map((storage) =>
    declareStorage(
      storage,
      secret,
      pulumi.mergeOptions(opts, { protect: !plan.consents.includes(`storage.${storage.id}`) }),
    ),
  );
}

function declareStorage(
  storage: StoragePlan,
  secret: SecretSource,
  opts: pulumi.ComponentResourceOptions,
): DeclaredStorage {
  switch (storage.type) {
    case "nfs":
      return new NfsStorage(storage.id, { storage, secret }, opts);
    case "cifs":
      return new CifsStorage(storage.id, { storage, secret }, opts);
    case "dir":
      return new DirectoryStorage(storage.id, { storage, secret }, opts);
    case "zfs":
      return new ZfsStorage(storage.id, { storage, secret }, opts);
    case "lvmThin":
      return new LvmThinStorage(storage.id, { storage, secret }, opts);
    case "pbs":
      return new PbsStorage(storage.id, { storage, secret }, opts);
  }
}
