import path from "node:path";
import { STACK_FOLDERS } from "../../../config/plan/stack-folder.js";
import type { SshConnection } from "./connection.js";

/**
 * Where a file lies that a connection names. The program's own files lie in the project's folder, in which this process
 * runs, or beside the state where the environment has moved that. Whatever else the stack file names is where it says.
 */
export function placeOfFile(file: string, env: NodeJS.ProcessEnv = process.env): string {
  const { PROXMOX_HA_STATE: state } = env;
  const prefix = `${STACK_FOLDERS}/`;
  return state !== undefined && state !== "" && file.startsWith(prefix)
    ? path.resolve(state, "stacks", file.slice(prefix.length))
    : file;
}

/** The same connection with its files where they lie on this machine. */
export function withFilesInPlace(connection: SshConnection): SshConnection {
  const { auth } = connection;
  return {
    ...connection,
    knownHostsFile: placeOfFile(connection.knownHostsFile),
    auth: auth.keyFile === undefined ? auth : { ...auth, keyFile: placeOfFile(auth.keyFile) },
  };
}
