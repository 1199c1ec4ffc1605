import { join } from "node:path";
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

async function main(): Promise<void> {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: node main.js <config.json>");
  const config = readBmcProcessConfig(path);
  const running = await startBmcs(config);
  const end = () => {
    void running.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  const ready = { event: "ready", bmcs: config.bmcs.length, ca: join(config.caDir, "ca.pem") };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
