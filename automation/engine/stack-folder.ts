import path from "node:path";
import { stackFolder as named } from "../../config/plan/stack-folder.js";
import { placeOfFile } from "../../dynamic-providers/transport/ssh/own-files.js";
import { projectRoot } from "./backend.js";

/** The folder in which the program keeps host keys and its own key for a stack, seen from wherever the command runs. */
export function stackFolder(stack: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(projectRoot, placeOfFile(named(stack), env));
}
