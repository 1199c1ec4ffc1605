import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A time server that passes on the machine's clock and never touches it. */
export function timeServiceCommand(runDir: string): string[] {
  const file = join(runDir, "chrony.conf");
  writeFileSync(
    file,
    [
      "local stratum 8",
      "allow all",
      "cmdport 0",
      `pidfile ${join(runDir, "chronyd.pid")}`,
      "",
    ].join("\n"),
  );
  return ["chronyd", "-d", "-x", "-u", "root", "-f", file];
}
