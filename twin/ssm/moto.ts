import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { endChild, withParent } from "../process/child.js";
import type { SsmParameter } from "./config.js";
import type { SeedValues } from "./seed.js";

const START_TIMEOUT_MS = 60_000;
/** It has this long to end when it is asked. */
const END_GRACE_MS = 3_000;
const LOOPBACK = "127.0.0.1";

/** The `moto_server` of the Python environment that set-up made. */
export function findMotoServer(env: NodeJS.ProcessEnv = process.env): string {
  const cache =
    env.PROXMOX_HA_CACHE ?? join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "proxmox-ha");
  const decided = join(cache, "toolchain.json");
  const { pythonVenv } = existsSync(decided)
    ? z
        .object({ pythonVenv: z.string().nullish() })
        .parse(JSON.parse(readFileSync(decided, "utf8")))
    : { pythonVenv: undefined };
  const program = pythonVenv ? join(pythonVenv, "bin", "moto_server") : undefined;
  if (program === undefined || !existsSync(program)) {
    throw new Error(
      `looked for moto_server through ${decided} and found none; run \`npm run setup\`, which installs it`,
    );
  }
  return program;
}

/** A running moto server on a loopback port of its own. */
export class MotoServer {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#process = child;
  }

  static async start(program: string, logFile: string): Promise<MotoServer> {
    const port = await freePort();
    const log = openSync(logFile, "a", 0o600);
    const child = spawn("setpriv", [...withParent, program, "-H", LOOPBACK, "-p", String(port)], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    let failure: string | undefined;
    child.once("error", (error) => {
      failure = error.message;
    });
    const server = new MotoServer(port, child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await server.#answers())) {
      const ended = failure ?? (child.exitCode === null ? undefined : `exit ${child.exitCode}`);
      if (ended !== undefined || Date.now() > deadline) {
        await server.stop();
        const what = ended ?? `no answer within ${START_TIMEOUT_MS / 1000} s`;
        throw new Error(
          `started ${program} on port ${port}: ${what}; its messages are in ${logFile}`,
        );
      }
      await delay(100);
    }
    return server;
  }

  async put(parameter: SsmParameter, value: string, region: string): Promise<void> {
    const body = JSON.stringify({
      Name: parameter.path,
      Type: parameter.type,
      Value: value,
      Overwrite: true,
    });
    const answer = await this.#post("AmazonSSM.PutParameter", region, body);
    if (answer !== 200) {
      throw new Error(`put the parameter ${parameter.path} into moto: it answered ${answer}`);
    }
  }

  async seed(
    parameters: readonly SsmParameter[],
    values: SeedValues,
    region: string,
  ): Promise<void> {
    for (const parameter of parameters) {
      const value = values[parameter.path];
      if (value !== undefined) await this.put(parameter, value, region);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.pid !== undefined) await endChild(this.#process, END_GRACE_MS);
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = request({ host: LOOPBACK, port: this.port, path: "/moto-api/", timeout: 2000 });
      probe.on("response", (response) => {
        response.resume();
        resolve(true);
      });
      probe.on("timeout", () => probe.destroy());
      probe.on("error", () => resolve(false));
      probe.end();
    });
  }

  #post(target: string, region: string, body: string): Promise<number> {
    // moto reads the region out of the credential's scope and checks no signature.
    const credential = `AWS4-HMAC-SHA256 Credential=twin/20000101/${region}/ssm/aws4_request`;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: LOOPBACK,
          port: this.port,
          method: "POST",
          path: "/",
          headers: {
            authorization: `${credential}, SignedHeaders=host, Signature=0`,
            "content-type": "application/x-amz-json-1.1",
            "content-length": Buffer.byteLength(body),
            "x-amz-target": target,
          },
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, LOOPBACK, () => {
      const bound = probe.address();
      probe.close(() => {
        if (bound !== null && typeof bound === "object") resolve(bound.port);
        else reject(new Error("the kernel gave no port"));
      });
    });
  });
}
