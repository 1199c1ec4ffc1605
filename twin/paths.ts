import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The root of the checkout or installation, from the sources as well as from the compiled tree. */
export function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "twin", "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error(`no twin/package.json above ${__dirname}; the installation is not complete`);
    }
    folder = parent;
  }
  return folder;
}

export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const { PROXMOX_HA_CACHE: own, XDG_CACHE_HOME: xdg } = env;
  if (own !== undefined && own !== "") return own;
  const base = xdg !== undefined && xdg !== "" ? xdg : join(homedir(), ".cache");
  return join(base, "proxmox-ha");
}

export const TWINS_RUN_DIR = "/run/proxmox-ha/twins";

/** Where the parts of one twin lie. */
export interface TwinPaths {
  readonly name: string;
  /** Small things that others read: state, sockets, logs, secrets. */
  readonly run: string;
  /** What hosts write: overlays, disks, the shares of the NAS. Big, so it lies beside the cache. */
  readonly data: string;
  readonly snapshots: string;
  readonly state: string;
  readonly plan: string;
  readonly secrets: string;
  readonly controlSocket: string;
  readonly log: string;
}

export function twinPaths(name: string): TwinPaths {
  const run = join(TWINS_RUN_DIR, name);
  return {
    name,
    run,
    data: join(cacheRoot(), "twin", "running", name),
    snapshots: join(cacheRoot(), "twin", "snapshots", name),
    state: join(run, "state.json"),
    plan: join(run, "plan.json"),
    secrets: join(run, "secrets.json"),
    controlSocket: join(run, "control.sock"),
    log: join(run, "supervisor.log"),
  };
}
