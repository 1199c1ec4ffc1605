import { existsSync } from "node:fs";

/** Where the command line leaves its word: the engine hands none on to a resource that is being made. */
export const STOP_VARIABLE = "PROXMOX_HA_STOP";
/** Set while the command line previews: the engine tells its resources nothing of that. */
export const PREVIEW_VARIABLE = "PROXMOX_HA_PREVIEW";

/** Whether somebody has asked for an end of the run, so that what only waits lets go. */
export function stopAsked(env: NodeJS.ProcessEnv): boolean {
  const file = env[STOP_VARIABLE];
  return file !== undefined && file !== "" && existsSync(file);
}

export const isPreview = (env: NodeJS.ProcessEnv): boolean => env[PREVIEW_VARIABLE] === "1";
