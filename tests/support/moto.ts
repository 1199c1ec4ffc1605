import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { eventually } from "../../twin/testing/index.js";
import { freePort } from "./sshd.js";

/** The parameter store that set-up installs, on the loopback address. */
export async function startMoto(): Promise<{ readonly url: string; stop(): void }> {
  const port = await freePort();
  const child: ChildProcess = spawn(await motoProgram(), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    () =>
      fetch(`${url}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      ),
    () => "moto_server does not answer",
    45_000,
  );
  return { url, stop: () => child.kill("SIGKILL") };
}

async function motoProgram(): Promise<string> {
  const { readToolchain } = await import("../../toolchain/paths.mjs");
  const venv = readToolchain()?.pythonVenv;
  const program = venv ? path.join(venv, "bin/moto_server") : undefined;
  if (program === undefined || !existsSync(program)) {
    throw new Error("moto_server is missing: run `npm run setup`");
  }
  return program;
}
