import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import { MOUNT_FIRST, NOT_MOUNTED, whenMounted } from "../../shell/etc-pve.js";
import { failedParts, partScript, readParts } from "../../shell/parts.js";
import { expectSuccess, type HostShell } from "../../shell/shell.js";
import { parseJson } from "../../transport/base/json.js";
import { LOOK_THERE, look } from "../../transport/ssh/look.js";
import { BOOT_LOADER_COMMAND, type BootLoader, bootLoaderOf } from "../boot-loader.js";

/** What a restart by the program left on the host, so that a run that was cut is finished by the next one. */
export interface RebootRecord {
  /** Boot id before the restart. */
  readonly before: string;
  /** Boot id after it; absent until somebody has seen the host come back. */
  readonly after?: string | undefined;
  readonly reasons: readonly string[];
  /** The program put the node into HA maintenance and has to take it out again. */
  readonly maintenance: boolean;
  /** The program has told Ceph to keep the node's data, and has to take that back; absent in records of earlier versions. */
  readonly noout?: boolean | undefined;
}

/** What tells whether everything is in effect that a start decides. */
export interface RebootFacts {
  readonly bootId: string;
  readonly hostName: string;
  readonly isMember: boolean;
  readonly bootLoader: BootLoader;
  readonly runningParameters: readonly string[];
  readonly kernel: string;
  /** What the kernel's watchdogs call themselves; empty when there is none, or nobody feeds one. */
  readonly watchdogs: readonly string[];
  /** Name under which Proxmox's cluster file system was started. */
  readonly proxmoxName: string;
  readonly record: RebootRecord | undefined;
}

const RECORD = "/var/lib/proxmox-ha/reboot.json";
const MARK = "@@proxmox-ha-reboot@@";

const recordFile = z.object({
  before: z.string(),
  after: z.string().optional(),
  reasons: z.array(z.string()),
  maintenance: z.boolean(),
  noout: z.boolean().optional(),
});

const part = (name: string, command: string): string => partScript(MARK, name, command);

const SCRIPT = [
  "export LC_ALL=C",
  part("boot-id", "cat /proc/sys/kernel/random/boot_id"),
  part("host", "hostname"),
  part("member", "test -s /etc/corosync/corosync.conf && echo yes"),
  part("loader", BOOT_LOADER_COMMAND),
  part("running", "cat /proc/cmdline"),
  part("kernel", "uname -r"),
  part(
    "watchdogs",
    "systemctl is-active --quiet watchdog-mux && cat /sys/class/watchdog/*/identity",
  ),
  part("name", whenMounted("readlink /etc/pve/local")),
  part("record", `{ test ! -e ${RECORD} || cat ${RECORD}; }`),
].join("\n");

/** Reads them in one round trip. */
export async function observeReboot(shell: HostShell): Promise<RebootFacts> {
  const said = await look(shell, {
    script: SCRIPT,
    timeoutMs: 20_000,

    verb: "look for reasons to restart",
  });
  return parseRebootFacts(said, shell.node);
}

/** What is missing is empty, but for what tells whether an earlier restart is over. */
export function parseRebootFacts(output: string, node: string): RebootFacts {
  const parts = readParts(MARK, output);
  const text = (name: string): string => parts.get(name)?.trim() ?? "";
  const failed = failedParts(MARK, output);
  if (failed.get("name") === NOT_MOUNTED) {
    throw unknown(node, "/etc/pve is not mounted: pve-cluster does not run there", MOUNT_FIRST);
  }
  // Without it nobody knows whether the program has to take the node out of maintenance again.
  if (failed.has("record")) {
    throw unknown(
      node,
      `${RECORD}, where the last restart is recorded, cannot be read`,
      LOOK_THERE,
    );
  }
  const record = recordFile.safeParse(parseJson(text("record")));
  return {
    bootId: text("boot-id"),
    hostName: text("host"),
    isMember: text("member") === "yes",
    bootLoader: bootLoaderOf(text("loader")),
    runningParameters: text("running").split(/\s+/),
    kernel: text("kernel"),
    watchdogs: text("watchdogs")
      .split("\n")
      .filter((line) => line !== ""),
    proxmoxName: text("name").split("/").at(-1) ?? "",
    record: record.success ? record.data : undefined,
  };
}

const unknown = (where: string, cameBack: string, doNext: string): Failure =>
  new Failure("failed", {
    tried: "to look for reasons to restart",
    where,
    cameBack,
    doNext,
  });

/** Keeps the record on the host, or takes it away. */
export async function writeRecord(
  record: RebootRecord | undefined,
  shell: HostShell,
): Promise<void> {
  const written = await shell.run(
    record === undefined
      ? `rm -f ${RECORD}`
      : `mkdir -p -m 700 /var/lib/proxmox-ha && cat > ${RECORD}.new && mv -f ${RECORD}.new ${RECORD} && sync ${RECORD}`,
    {
      timeoutMs: 20_000,
      repeatable: true,
      verb: "record the restart",
      ...(record === undefined ? {} : { stdin: Buffer.from(JSON.stringify(record)) }),
    },
  );
  expectSuccess(written, {
    tried: "recording the restart",
    node: shell.node,
    doNext: `Look at the free space and at ${RECORD} there, then run \`pulumi up\` again.`,
  });
}
