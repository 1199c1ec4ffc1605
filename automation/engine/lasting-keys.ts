import { homedir } from "node:os";
import path from "node:path";

/**
 * A package is unpacked anew with every version, and host keys and the program's own ssh key must outlive that: they lie beside the
 * state then, as where the environment names a place. A checkout keeps its own.
 * @param root the folder of the installed project
 */
export function withLastingKeys(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv {
  if (env.PROXMOX_HA_STATE || !root.split(path.sep).includes("node_modules")) {
    return env;
  }
  const states = env.XDG_STATE_HOME || path.join(homedir(), ".local", "state");
  return { ...env, PROXMOX_HA_STATE: path.join(states, "proxmox-ha") };
}
