import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** `systemd-run` and `systemctl` for a test's host: a unit is a group of processes that outlives whoever started it. */
export function putUnits(
  tools: string,
  folder: string,
): {
  /** Kills what a unit is, as a host does that goes down. */
  kill(unit: string): void;
} {
  const put = (name: string, lines: readonly string[]): void => {
    const file = path.join(tools, name);
    writeFileSync(file, ["#!/bin/bash", ...lines, ""].join("\n"));
    chmodSync(file, 0o755);
  };
  put("systemd-run", [
    `while case $1 in -*) true ;; *) false ;; esac; do case $1 in --unit=*) unit=\${1#--unit=} ;; esac; shift; done`,
    // A unit has none of the files that whoever started it had open, its lock among them.
    `setsid "$@" > /dev/null 2>&1 < /dev/null 9>&- &`,
    `echo $! > '${folder}'/"$unit".unit`,
  ]);
  put("systemctl", [
    'test "$1" = show || exit 0',
    `unit=\${*: -1}`,
    `pid=$(cat '${folder}'/"\${unit%.service}".unit 2>/dev/null)`,
    `if grep -q '^State:[[:space:]]*[^Z]' "/proc/\${pid:-none}/status" 2>/dev/null; then echo active; else echo inactive; fi`,
  ]);
  return {
    kill: (unit) => {
      const file = path.join(folder, `${unit}.unit`);
      if (!existsSync(file)) {
        throw new Error(`${unit} was never started`);
      }
      execFileSync("kill", ["-KILL", "--", `-${readFileSync(file, "utf8").trim()}`]);
    },
  };
}
