import { isBelow, normalPath } from "../plan/file-path.js";

/** Trees that belong to the system or to Proxmox; nothing is stored or mounted anywhere in them. */
const SYSTEM_TREES = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/tmp",
  "/usr",
  "/var/cache",
  "/var/lib/ceph",
  "/var/lib/dpkg",
  "/var/lib/pve-cluster",
  "/var/lib/pve-manager",
  "/var/lib/rrdcached",
  "/var/lib/vz",
  "/var/log",
  "/var/run",
  "/var/tmp",
];
/** Folders that the system owns, while those below them are free. */
const SYSTEM_FOLDERS = ["/", "/home", "/lost+found", "/mnt/pve", "/var", "/var/lib"];

/** What of the system a path would hide or fill. */
export function systemPlace(path: string): string | undefined {
  return (
    SYSTEM_TREES.find((tree) => isBelow(path, tree)) ??
    SYSTEM_FOLDERS.find((folder) => normalPath(path) === folder)
  );
}
