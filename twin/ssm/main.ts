import type { Server } from "node:http";
import { closeUnixServer, openUnixServer } from "../process/unix-server.js";
import { readSsmProcessConfig, type SsmProcessConfig } from "./config.js";
import { faultRoute } from "./fault-server.js";
import { SsmFaults } from "./faults.js";
import { SsmFront } from "./front.js";
import { findMotoServer, MotoServer } from "./moto.js";
import { readSeedFile, seedValues, writeSeedFile } from "./seed.js";

export interface RunningSsm {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts moto, puts the parameters into it, and opens the service's address in front of it. */
export async function startSsm(config: SsmProcessConfig): Promise<RunningSsm> {
  const values = seedValues(config.parameters, readSeedFile(config.seedFile));
  writeSeedFile(config.seedFile, values);
  const moto = await MotoServer.start(config.motoServer ?? findMotoServer(), config.logFile);
  const faults = new SsmFaults();
  const front = new SsmFront(moto.port, faults);
  let control: Server | undefined;
  const stop = async () => {
    if (control !== undefined) await closeUnixServer(control);
    await front.close();
    await moto.stop();
  };
  try {
    await moto.seed(config.parameters, values, config.region);
    await front.listen(config.address, config.port);
    // Last, because whoever waits for the store asks here.
    control = await openUnixServer(config.faultSocket, faultRoute(front, faults));
  } catch (error) {
    await stop();
    throw error;
  }
  return { port: front.port, stop };
}

async function main(): Promise<void> {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: node main.js <config.json>");
  const config = readSsmProcessConfig(path);
  const running = await startSsm(config);
  const end = () => {
    void running.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  const ready = { event: "ready", parameters: config.parameters.length, port: running.port };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
