import type { Facts } from "./facts.js";

/** Storages that a file need not name; nobody knows which of them a host has. */
const MADE_BY_INSTALLER: Readonly<Record<string, readonly string[]>> = {
  local: ["backup", "iso", "vztmpl"],
  "local-lvm": ["images", "rootdir"],
  "local-zfs": ["images", "rootdir"],
};

/** What a storage takes; nothing is known of one that neither the file nor the installer makes. */
export function contentOf({ spec }: Facts, id: string): readonly string[] | undefined {
  const pool = Object.entries(spec.ceph?.pools ?? {}).find(
    ([name, { application, storage }]) =>
      application === "rbd" && (storage === undefined ? name : storage) === id,
  );
  const filesystem = Object.entries(spec.ceph?.filesystems ?? {}).find(
    ([name, { storage }]) => (storage === undefined ? name : storage) === id,
  );
  return (
    spec.storage[id]?.content ??
    pool?.[1].content ??
    filesystem?.[1].content ??
    MADE_BY_INSTALLER[id]
  );
}
