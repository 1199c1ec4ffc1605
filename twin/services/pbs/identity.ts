import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  certificateAuthority,
  fingerprintOf,
  type Identity,
  serverIdentity,
} from "../../bmc/certificate.js";
import { cacheRoot } from "../../paths.js";

/** Stays in the cache, so that hosts of an old snapshot still trust what they trusted. */
function folder(name: string): string {
  return join(cacheRoot(), "twin", "site", name);
}

/** The authority behind the servers of a site; only hosts of twins trust it. */
export function siteAuthority(): Identity {
  return inFolder("authority", (dir) => certificateAuthority(dir, "Twin site authority"));
}

/** What the backup server at this address shows. */
export function pbsIdentity(address: string): Identity {
  const ca = siteAuthority();
  return inFolder(`pbs-${address}`, (dir) => serverIdentity(ca, dir, "proxy", "pbs", address));
}

export function pbsFingerprint(address: string): string {
  return fingerprintOf(pbsIdentity(address).cert);
}

/** Two twins may start at once: the first whole folder wins, and both read that one. */
function inFolder(name: string, make: (dir: string) => Identity): Identity {
  const dir = folder(name);
  if (!existsSync(dir)) {
    const making = `${dir}.making-${process.pid}`;
    mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
    make(making);
    try {
      renameSync(making, dir);
    } catch (error) {
      rmSync(making, { recursive: true, force: true });
      if (!existsSync(dir)) throw error;
    }
  }
  return make(dir);
}
