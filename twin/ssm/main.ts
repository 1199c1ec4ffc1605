import type { Server } from "node:http";
import { closeServer } from "../process/close-server.js";
import { runService } from "../process/service-process.js";
import { openUnixServer } from "../process/unix-server.js";
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
    if (control !== undefined) await closeServer(control);
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

if (require.main === module) {
  runService(async (file) => {
    const config = readSsmProcessConfig(file);
    const { port, stop } = await startSsm(config);
    return { stop, ready: { event: "ready", parameters: config.parameters.length, port } };
  });
}
