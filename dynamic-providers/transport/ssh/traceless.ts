import { copyFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { Policy } from "../base/clock.js";
import type { SshConnection } from "./connection.js";
import { withFilesInPlace } from "./own-files.js";

/** One try for each host: a dead one costs its patience and nothing else. */
export function oneTry(patienceMs: number): Policy {
  return {
    deadlineMs: patienceMs,
    attempts: 1,
    firstDelayMs: 100,
    factor: 1,
    longestDelayMs: 100,
  };
}

/**
 * The same way to the host, without making a key pair or recording a host key that was not known before. What has to be
 * recorded lies in the scratch folder.
 */
export function traceless(named: SshConnection, scratch: string): SshConnection {
  const connection = withFilesInPlace(named);
  const knownHostsFile = path.join(scratch, `known_hosts-${connection.node}`);
  if (existsSync(connection.knownHostsFile) && !existsSync(knownHostsFile)) {
    copyFileSync(connection.knownHostsFile, knownHostsFile);
  }
  const { keyFile, ...others } = connection.auth;
  return {
    ...connection,
    knownHostsFile,
    auth: keyFile !== undefined && existsSync(keyFile) ? { ...others, keyFile } : others,
  };
}
