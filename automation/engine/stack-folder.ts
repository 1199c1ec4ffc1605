import path from "node:path";
import { projectRoot } from "./backend.js";

/** The folder in which the program keeps host keys and its own key for a stack. */
export function stackFolder(stack: string): string {
  const state = process.env.PROXMOX_HA_STATE;
  const base =
    state === undefined || state === "" ? path.join(projectRoot, ".proxmox-ha") : `${state}/stacks`;
  return `${base}/${stack}`;
}
