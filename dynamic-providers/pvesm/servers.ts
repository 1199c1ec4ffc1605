import { reasons } from "../health/condition.js";
import { serverAnswers } from "../health/storages.js";
import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { sh } from "../transport/ssh/quoting.js";

/** A server of storages, as one node needs it. */
export interface StorageServer {
  readonly address: string;
  readonly port: number;
  /** Storages that live on it. */
  readonly storages: readonly string[];
}

const PATIENCE_S = 5;

/** Opens a connection to each server, all at once. Nothing is mounted, so nothing can hang. */
export function serversScript(servers: readonly StorageServer[]): string {
  return [
    ...servers.map(
      ({ address, port }) =>
        sh`( t=closed; timeout ${PATIENCE_S} bash -c 'exec 3<>/dev/tcp/"$0"/"$1"' ${address} ${port} 2>/dev/null && t=open; printf '%s %s %s\\n' ${address} ${port} $t ) &`,
    ),
    "wait",
  ].join("\n");
}

/** Servers that did not answer, in words. */
export function silentServers(
  node: string,
  servers: readonly StorageServer[],
  output: string,
): string[] {
  const open = new Set(output.split("\n").map((line) => line.trim()));
  return reasons(
    servers.map((server) =>
      serverAnswers(
        node,
        server,
        server.storages,
        open.has(`${server.address} ${server.port} open`),
      ),
    ),
  );
}

export async function askServers(
  servers: readonly StorageServer[],
  shell: HostShell,
): Promise<string[]> {
  if (servers.length === 0) {
    return [];
  }
  const said = await look(shell, {
    script: serversScript(servers),
    timeoutMs: 30_000,

    verb: "ask the servers of the storages",
  });
  return silentServers(shell.node, servers, said);
}
