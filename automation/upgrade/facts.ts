import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { failedParts, partScript, readParts } from "../../dynamic-providers/shell/parts.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";

export interface PackageChange {
  readonly name: string;
  /** Undefined for one that is new. */
  readonly from: string | undefined;
  readonly to: string;
}

/** What a host says of its packages and its kernel. */
export interface PackageFacts {
  readonly node: string;
  readonly changes: readonly PackageChange[];
  readonly removed: readonly string[];
  /** Somebody has told apt to leave them as they are. */
  readonly held: readonly string[];
  /** dpkg was cut in the middle of them. */
  readonly isHalfInstalled: boolean;
  readonly listsAgeS: number;
  readonly room: readonly { readonly folder: string; readonly bytes: number }[];
  readonly runningKernel: string;
  /** What the next start takes: the pinned one, or the newest; undefined where no kernel of Proxmox is installed. */
  readonly nextKernel: string | undefined;
  /** A package has asked for a restart. */
  readonly asksForRestart: boolean;
}

export const FOLDERS = ["/", "/boot", "/var"] as const;
const MARK = "@@proxmox-ha-upgrade@@";

/** Against the lists that are there: it fetches nothing, and takes no lock. */
export const FACTS_SCRIPT = [
  "export LC_ALL=C",
  ...Object.entries({
    simulation: "apt-get -s -q -o Debug::NoLocking=1 dist-upgrade",
    held: "apt-mark showhold",
    audit: "dpkg --audit",
    lists: "stat -c %Y /var/lib/apt/lists /var/lib/apt/lists/partial | sort -n | tail -n 1",
    now: "date +%s",
    room: sh`df -P -B1 ${FOLDERS} | tail -n +2 | awk '{print $4}'`,
    running: "uname -r",
    kernels: "ls /boot | sed -n 's/^vmlinuz-\\(.*-pve\\)$/\\1/p' | sort -V",
    pin: "cat /etc/kernel/proxmox-boot-pin",
    required: "test -e /run/reboot-required && echo yes",
  }).map(([name, command]) => partScript(MARK, name, command)),
].join("\n");

export async function observePackages(shell: Shell): Promise<PackageFacts> {
  const said = await look(shell, {
    script: FACTS_SCRIPT,
    verb: "look what an upgrade would change",
    timeoutMs: 120_000,
  });
  return parsePackageFacts(said, shell.node);
}

const seconds = z.coerce.number().int();

export function parsePackageFacts(output: string, node: string): PackageFacts {
  const parts = readParts(MARK, output);
  const lines = (name: string): string[] =>
    (parts.get(name) ?? "").split("\n").flatMap((line) => line.trim() || []);
  if (failedParts(MARK, output).has("simulation") || !parts.has("simulation")) {
    throw new Failure("refused", {
      tried: "to look what an upgrade would change",
      where: node,
      cameBack: "`apt-get -s dist-upgrade` fails there",
      doNext: "Run it there to see why. Nothing was changed.",
    });
  }
  const simulated = lines("simulation");
  const free = lines("room");
  return {
    node,
    changes: simulated.flatMap(changeOf),
    removed: simulated.flatMap((line) => /^Remv (\S+)/.exec(line)?.[1] ?? []),
    held: lines("held"),
    isHalfInstalled: lines("audit").length > 0,
    listsAgeS:
      seconds.catch(0).parse(lines("now")[0]) - seconds.catch(0).parse(lines("lists").at(-1)),
    room: FOLDERS.map((folder, at) => ({ folder, bytes: seconds.catch(0).parse(free[at]) })),
    runningKernel: lines("running")[0] ?? "",
    nextKernel: lines("pin")[0] ?? lines("kernels").at(-1),
    asksForRestart: lines("required")[0] === "yes",
  };
}

/** `Inst name [old] (new Origin:suite [amd64])`; a new one has no old version. */
function changeOf(line: string): PackageChange[] {
  const [, name, from, to] = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+)/.exec(line) ?? [];
  return name === undefined || to === undefined ? [] : [{ name, from, to }];
}
