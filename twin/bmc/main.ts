import { join } from "node:path";
import { runService } from "../process/service-process.js";
import { certificateAuthority } from "./certificate.js";
import { type BmcProcessConfig, readBmcProcessConfig } from "./config.js";
import { createController } from "./controller.js";
import { FaultServer } from "./fault-server.js";
import { controlSocketSwitch } from "./power.js";

export interface RunningBmcs {
  stop(): Promise<void>;
}

/** Starts every BMC of a twin in this process and answers on the fault socket. */
export async function startBmcs(config: BmcProcessConfig): Promise<RunningBmcs> {
  const ca = certificateAuthority(config.caDir);
  const controllers = config.bmcs.map((bmc) =>
    createController({
      config: bmc,
      ca,
      powerSwitch: controlSocketSwitch(config.controlSocket, bmc.node),
      faultSocket: config.faultSocket,
    }),
  );
  const faultServer = new FaultServer(config.faultSocket, controllers, ca.cert);
  const stop = async () => {
    await Promise.all(controllers.map((controller) => controller.stop()));
    await faultServer.close();
  };
  try {
    // First the socket: an IPMI controller asks there for the power state while it starts.
    await faultServer.listen();
    await Promise.all(controllers.map((controller) => controller.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

if (require.main === module) {
  runService(async (file) => {
    const config = readBmcProcessConfig(file);
    const { stop } = await startBmcs(config);
    const ca = join(config.caDir, "ca.pem");
    return { stop, ready: { event: "ready", bmcs: config.bmcs.length, ca } };
  });
}
