import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { z } from "zod";
import { OUTLET_TABLES } from "../../../config/hardware/outlet-tables.js";
import { eventually, freeUdpPort, OTHER_UUID, UUID } from "../../../twin/testing/index.js";
import { pythonProgram } from "../../support/python-program.mjs";

/** Controllers that others wrote: what we believe of a protocol does not judge our drivers there. */
export const JUDGED_USER = "fence";
export const JUDGED_PASSWORD = "Rehearsal-only-1";
export const JUDGED_COMMUNITY = "rehearsal";
const START_MS = 120_000;

interface Judge {
  readonly port: number;
  end(): Promise<void>;
}

/** OpenStack's Redfish emulator over TLS and with a login. It has two systems, and ours is not the first. */
export async function redfishJudge(): Promise<Judge & { readonly pin: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "redfish-judge-"));
  const file = (name: string): string => path.join(folder, name);
  const subject = [
    "-subj",
    "/CN=judge",
    "-days",
    "2",
    "-keyout",
    file("key"),
    "-out",
    file("cert"),
  ];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", ...subject],
    { stdio: "ignore" },
  );
  const hash = execFileSync(
    await pythonProgram("python"),
    [
      "-c",
      "import bcrypt, sys; print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(4)).decode())",
    ],
    { input: JUDGED_PASSWORD, encoding: "utf8" },
  );
  writeFileSync(file("logins"), `${JUDGED_USER}:${hash}`, { mode: 0o600 });
  const systems = [OTHER_UUID, UUID].map((uuid, at) => ({
    uuid,
    name: `system-${at}`,
    power_state: "On",
    nics: [],
  }));
  writeFileSync(
    file("config"),
    [
      `SUSHY_EMULATOR_FAKE_SYSTEMS = ${JSON.stringify(systems)}`,
      `SUSHY_EMULATOR_AUTH_FILE = ${JSON.stringify(file("logins"))}`,
      `SUSHY_EMULATOR_STATE_DIR = ${JSON.stringify(folder)}`,
    ].join("\n"),
  );
  const port = await freeTcpPort();
  const judge = await begin(
    folder,
    port,
    /Running on https:/,
    await pythonProgram("sushy-emulator"),
    [
      ...["--fake", "--interface", "127.0.0.1", "--port", String(port), "--config", file("config")],
      ...["--ssl-certificate", file("cert"), "--ssl-key", file("key")],
    ],
  );
  const certificate = new X509Certificate(readFileSync(file("cert")));
  return { ...judge, pin: certificate.fingerprint256.replaceAll(":", "").toLowerCase() };
}

/** An SNMP simulator before the table of an APC; `state` is what an outlet is, 1 on and 2 off. */
export async function outletJudge(): Promise<Judge & { state(outlet: string): string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "outlet-judge-"));
  const file = (name: string): string => path.join(folder, name);
  const table = OUTLET_TABLES["apc-snmp"];
  // Arguments: whether it is written, the outlet, what is written.
  writeFileSync(
    file("outlet"),
    `#!/bin/sh\ncd '${folder}' || exit 1\nif [ "$1" = 1 ]; then echo "$3" >"state.$2"; fi\ncat "state.$2"\n`,
    { mode: 0o700 },
  );
  const rows = ["7", "8"].flatMap((outlet) => {
    writeFileSync(file(`state.${outlet}`), "1\n");
    const ask = `${file("outlet")} @SETFLAG@ ${outlet} @ORIGVALUE@`;
    return [
      `${table.off.oid}.${outlet}|2:subprocess|${ask}`,
      `${table.name ?? ""}.${outlet}|4|alpha psu ${outlet}`,
      `${table.state.oid}.${outlet}|2:subprocess|${ask}`,
    ];
  });
  // What it is, so that Debian's agent takes the same table; and sorted as SNMP sorts, by columns.
  const byColumn = ["1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318.1.3.4.5", ...rows].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  const data = mkdtempSync(path.join(folder, "data-"));
  for (const name of ["", JUDGED_COMMUNITY]) {
    // A file is called like its community; version 3 without a context asks for the one without a name.
    writeFileSync(path.join(data, `${name}.snmprec`), `${byColumn.join("\n")}\n`);
  }
  const port = await freeUdpPort();
  const { uid, username } = userInfo();
  // As root it wants to be told who to become. Its arguments hold only what this file says for everybody.
  const asRoot = uid === 0 ? [`--process-user=${username}`, "--process-group=root"] : [];
  const program = await pythonProgram("snmpsim-command-responder");
  const judge = await begin(folder, port, /Listening at UDP/, program, [
    ...[`--data-dir=${data}`, `--cache-dir=${folder}`, `--agent-udpv4-endpoint=127.0.0.1:${port}`],
    ...[`--v3-user=${JUDGED_USER}`, `--v3-auth-key=${JUDGED_PASSWORD}`, "--v3-auth-proto=SHA"],
    ...[`--v3-priv-key=${JUDGED_PASSWORD}`, "--v3-priv-proto=AES", ...asRoot],
  ]);
  return { ...judge, state: (outlet) => readFileSync(file(`state.${outlet}`), "utf8").trim() };
}

async function begin(
  folder: string,
  port: number,
  ready: RegExp,
  program: string,
  args: readonly string[],
): Promise<Judge> {
  const log = path.join(folder, "log");
  const output = openSync(log, "w");
  const child: ChildProcess = spawn(program, args, {
    stdio: ["ignore", output, output],
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", HOME: folder, PYTHONUNBUFFERED: "1" },
  });
  closeSync(output);
  const said = (): string => readFileSync(log, "utf8");
  const failed = (): string => `${path.basename(program)} does not answer: ${said()}`;
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(failed());
      return ready.test(said());
    },
    failed,
    START_MS,
  );
  return {
    port,
    end: async () => {
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      if (child.exitCode === null && child.kill("SIGKILL")) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      server.close(() => resolve(port));
    });
  });
}
