import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwinPaths } from "../paths.js";
import type { NasPlan } from "../plan/twin-plan.js";

const PLUGINS = "/usr/lib/x86_64-linux-gnu/ganesha";

/** The folder that holds what a NAS exports; hosts see the same folder once their mount is allowed. */
export function nasFolder(paths: TwinPaths, nas: NasPlan): string {
  return join(paths.data, "nas", nas.name);
}

export function makeNasFolders(paths: TwinPaths, nas: NasPlan): void {
  for (const one of nas.exports) mkdirSync(join(nasFolder(paths, nas), one), { recursive: true });
}

/** A real NFS server in user space, with a port mapper and the mount protocol, so that clients can ask it. */
export function nasCommand(nas: NasPlan, paths: TwinPaths): string[] {
  const state = join(paths.data, "nas-state", nas.name);
  const file = join(state, "ganesha.conf");
  mkdirSync(state, { recursive: true });
  makeNasFolders(paths, nas);
  const exports = nas.exports.map((path, index) =>
    [
      "EXPORT {",
      `  Export_Id = ${index + 1};`,
      `  Path = "${join(nasFolder(paths, nas), path)}";`,
      `  Pseudo = "${path}";`,
      `  Tag = "${path.slice(1)}";`,
      "  Access_Type = RW;",
      "  Squash = No_Root_Squash;",
      "  SecType = sys;",
      "  Protocols = 3, 4;",
      "  Transports = TCP;",
      "  FSAL { Name = VFS; }",
      "}",
    ].join("\n"),
  );
  writeFileSync(
    file,
    [
      "NFS_CORE_PARAM {",
      "  mount_path_pseudo = true;",
      "  Enable_NLM = false;",
      "  Enable_RQUOTA = false;",
      "  Enable_UDP = false;",
      `  Plugins_Dir = "${PLUGINS}";`,
      "}",
      "NFS_KRB5 { Active_krb5 = false; }",
      "NFSV4 { Grace_Period = 0; Graceless = true; RecoveryBackend = fs; }",
      ...exports,
      "",
    ].join("\n"),
  );
  // rpcbind and the server use fixed paths that the machine's own may use too; folders of their own hide those.
  const script = [
    "mount -t tmpfs tmpfs /run",
    "mkdir -p /run/ganesha /run/rpcbind",
    `mount --bind ${state} /var/lib/nfs`,
    "mkdir -p /var/lib/nfs/ganesha",
    "rpcbind -f -w &",
    "for try in $(seq 50); do rpcinfo -p 127.0.0.1 > /dev/null 2>&1 && break; sleep 0.1; done",
    `exec ganesha.nfsd -F -L /dev/stdout -N WARN -f ${file} -p /run/ganesha/ganesha.pid`,
  ].join("\n");
  // A process space of its own: the port mapper goes with the server and leaves its port free.
  const apart = [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--kill-child",
  ];
  return [...apart, "sh", "-c", script];
}
