import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

/** A node of the twin's Proxmox layer without a twin. */
export interface StandInNode {
  readonly apiPort: number;
  /** What the node has as /etc/pve. */
  readonly etcPve: string;
  /** Proxmox's commands, for a folder in the PATH of the node's shell. */
  readonly tools: string;
  stop(): Promise<void>;
}

const served = z.object({
  port: z.int(),
  etc: z.string(),
  tools: z.string(),
  environment: z.record(z.string(), z.string()),
});

/** A cluster's own file system lists its guests; a plain folder has to be told, after whatever may have changed them. */
const LIST_OF_GUESTS = `ids=
for file in "$PVE_STANDIN_ETC"/nodes/*/qemu-server/*.conf "$PVE_STANDIN_ETC"/nodes/*/lxc/*.conf; do
  test -e "$file" || continue
  folder=\${file%/*} node=\${file%/*/*} id=\${file##*/}
  test "\${folder##*/}" = lxc && type=lxc || type=qemu
  ids="$ids\${ids:+,}\\"\${id%.conf}\\":{\\"node\\":\\"\${node##*/}\\",\\"type\\":\\"$type\\",\\"version\\":1}"
done
printf '{"version":1,"ids":{%s}}\\n' "$ids" > "$PVE_STANDIN_ETC/.vmlist"`;

export async function startStandIn(
  node: string,
  privileges: readonly string[],
): Promise<StandInNode> {
  const script = path.join(__dirname, "layer_node.py");
  const child = spawn("python3", ["-B", script, node, privileges.join(",")], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let said = "";
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("\n")) {
        resolve(said);
      }
    });
    child.once("exit", (code) => reject(new Error(`the stand-in ended: ${code} ${complaint}`)));
  });
  const { port, etc, tools, environment } = served.parse(JSON.parse(line));
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-tools-"));
  const settings = Object.entries(environment).map(([key, value]) => `export ${key}='${value}'`);
  mkdirSync(folder, { recursive: true });
  for (const tool of ["pvesh", "pvesm", "pveum"]) {
    const file = path.join(folder, tool);
    const call = `python3 -B '${tools}/${tool}' "$@"; status=$?`;
    const text = ["#!/bin/sh", ...settings, call, LIST_OF_GUESTS, "exit $status", ""];
    writeFileSync(file, text.join("\n"));
    chmodSync(file, 0o755);
  }
  writeFileSync(path.join(etc, ".vmlist"), '{"version":1,"ids":{}}\n');
  return {
    apiPort: port,
    etcPve: etc,
    tools: folder,
    stop: async () => {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
