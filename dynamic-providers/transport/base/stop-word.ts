import { existsSync } from "node:fs";

/** Where the command line leaves its word: the engine hands none on to a resource that is being made. */
export const STOP_VARIABLE = "PROXMOX_HA_STOP";

/** Whether somebody has asked for an end of the run, so that what only waits lets go. */
export function stopAsked(env: NodeJS.ProcessEnv): boolean {
  const file = env[STOP_VARIABLE];
  return file !== undefined && file !== "" && existsSync(file);
}
