import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { OUTLET_TABLES } from "../../../config/hardware/outlet-tables.js";
import { eventually, freeUdpPort } from "../../../twin/testing/index.js";

export const PASSWORD = "Rehearsal-only-1";
/** What a parser of configuration files may stumble over. */
export const ODD_PASSWORD = 'odd "one" \\ # two';
export const COMMUNITY = "rehearsal";
const TABLE = OUTLET_TABLES["apc-snmp"];
const START_MS = 30_000;

/**
 * A power distribution unit with the outlets 7 and 8: Debian's own agent, with all of SNMP's security, before the table of an APC. The
 * outlets are files; a file named `stuck` keeps them as they are, one named `slow` lets them take their time.
 */
export interface Strip {
  readonly port: number;
  state(outlet: string): string;
  set(name: "stuck" | "slow"): void;
  name(outlet: string, name: string): void;
  pause(): void;
  end(): Promise<void>;
}

export async function rehearseStrip(): Promise<Strip> {
  const folder = mkdtempSync(path.join(tmpdir(), "strip-"));
  const file = (name: string): string => path.join(folder, name);
  const port = await freeUdpPort();
  for (const outlet of ["7", "8"]) {
    writeFileSync(file(`state.${outlet}`), "1");
    writeFileSync(file(`name.${outlet}`), `alpha psu ${outlet}`);
  }
  writeFileSync(file("table"), tableProgram(folder), { mode: 0o700 });
  writeFileSync(file("snmpd.conf"), configuration(port, file("table")), { mode: 0o600 });
  const child = await start(folder, port);
  return {
    port,
    state: (outlet) => readFileSync(file(`state.${outlet}`), "utf8").trim(),
    set: (name) => writeFileSync(file(name), ""),
    name: (outlet, name) => writeFileSync(file(`name.${outlet}`), name),
    pause: () => void child.kill("SIGSTOP"),
    end: async () => {
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      if (child.exitCode === null && child.kill("SIGKILL")) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The agent runs it for each object: `-g OID`, or `-s OID integer VALUE`. */
function tableProgram(folder: string): string {
  return `#!/bin/sh
cd '${folder}' || exit 1
row="\${2##*.}"
case "$1 \${2%.*}" in
"-g .${TABLE.state.oid}") test -e "state.$row" && printf '%s\\ninteger\\n%s\\n' "$2" "$(cat "state.$row")" ;;
"-g .${TABLE.name ?? ""}") test -e "name.$row" && printf '%s\\nstring\\n%s\\n' "$2" "$(cat "name.$row")" ;;
"-g .${TABLE.off.oid}") test -e "state.$row" && printf '%s\\ninteger\\n1\\n' "$2" ;;
"-s .${TABLE.off.oid}")
  test -e stuck && exit 0
  test -e slow || { echo "$4" >"state.$row"; exit 0; }
  { sleep 1; echo "$4" >"state.$row"; } >/dev/null 2>&1 </dev/null &
  ;;
esac
exit 0
`;
}

function configuration(port: number, program: string): string {
  const odd = ODD_PASSWORD.replace(/["\\]/g, "\\$&");
  return `agentaddress udp:127.0.0.1:${port}
sysobjectid .1.3.6.1.4.1.318.1.3.4.5
createUser fence SHA "${PASSWORD}" AES "${PASSWORD}"
createUser strong SHA-256 "${PASSWORD}" AES-256 "${odd}"
createUser reader SHA "${PASSWORD}" AES "${PASSWORD}"
rwuser fence priv
rwuser strong priv
rouser reader priv
rwcommunity ${COMMUNITY}
pass .1.3.6.1.4.1.318.1.1.12.3 ${program}
`;
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const log = path.join(folder, "log");
  const child = spawn(
    "/usr/sbin/snmpd",
    ["-f", "-C", "-c", path.join(folder, "snmpd.conf"), "-Lf", log, "-p", path.join(folder, "pid")],
    { stdio: "ignore", env: { PATH: "/usr/bin:/bin", SNMP_PERSISTENT_DIR: folder, MIBS: "" } },
  );
  const said = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
  const failed = (): string =>
    `snmpd does not answer on port ${port}: ${said() || "it said nothing"}`;
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(failed());
      return said().includes("NET-SNMP version");
    },
    failed,
    START_MS,
  );
  return child;
}
