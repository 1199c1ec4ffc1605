import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import type { StoragePlan } from "../../config/plan/storage.js";

/**
 * A storage by the native provider. Undefined for what it can't do: it would keep passwords and encryption keys in the state, and can't
 * tell Proxmox to leave a directory alone while nothing is mounted there.
 */
export function nativeStorage(
  storage: StoragePlan,
): ((name: string, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource) | undefined {
  const common = {
    resourceId: storage.id,
    contents: [...storage.content],
    nodes: storage.nodes === undefined ? undefined : [...storage.nodes],
    disable: !storage.enabled,
  };
  const { prune: backups } = storage;
  switch (storage.type) {
    case "nfs": {
      const { server, export: path } = storage;
      const options = storage.options === "" ? undefined : storage.options;
      return (name, opts) =>
        new pve.Nfs(name, { ...common, server, export: path, options, backups }, opts);
    }
    case "dir": {
      const { path, shared, mountPoint } = storage;
      return mountPoint
        ? undefined
        : (name, opts) => new pve.Directory(name, { ...common, path, shared, backups }, opts);
    }
    case "zfs": {
      const { pool: zfsPool, thin: thinProvision } = storage;
      return (name, opts) => new pve.Zfspool(name, { ...common, zfsPool, thinProvision }, opts);
    }
    case "lvmThin": {
      const { volumeGroup, thinPool } = storage;
      return (name, opts) => new pve.Lvmthin(name, { ...common, volumeGroup, thinPool }, opts);
    }
    case "cifs":
    case "rbd":
    case "cephfs":
    case "pbs":
      return undefined;
  }
}
