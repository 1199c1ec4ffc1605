import { join } from "node:path";
import { runService } from "../process/service-process.js";
import { certificateAuthority } from "./certificate.js";
import { type BmcProcessConfig, readBmcProcessConfig } from "./config.js";
import { type Controller, createController, createOutlets } from "./controller.js";
import { FaultServer } from "./fault-server.js";
import { NodeFeeds } from "./pdu/feeds.js";
import { OutletUnit, unitName } from "./pdu/unit.js";
import { controlSocketSwitch } from "./power.js";

export interface RunningBmcs {
  stop(): Promise<void>;
}

/** Starts every BMC of a twin in this process and answers on the fault socket. */
export async function startBmcs(config: BmcProcessConfig): Promise<RunningBmcs> {
  const ca = certificateAuthority(config.caDir);
  const units = new Map<string, OutletUnit>();
  const feeds = new Map<string, NodeFeeds>();
  const controllers = config.bmcs.map((bmc): Controller => {
    const powerSwitch = controlSocketSwitch(config.controlSocket, bmc.node);
    if (bmc.kind !== "pdu") {
      return createController({ config: bmc, ca, powerSwitch, faultSocket: config.faultSocket });
    }
    const unit = got(units, unitName(bmc), (name) => new OutletUnit(name, config.faultSocket));
    return createOutlets(
      bmc,
      unit,
      got(feeds, bmc.node, () => new NodeFeeds(powerSwitch)),
    );
  });
  for (const { config: bmc, faults } of controllers) {
    if (bmc.kind !== "pdu") feeds.get(bmc.node)?.hang(faults);
  }
  const faultServer = new FaultServer(config.faultSocket, controllers, units, ca.cert);
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

function got<T>(all: Map<string, T>, key: string, make: (key: string) => T): T {
  const found = all.get(key) ?? make(key);
  all.set(key, found);
  return found;
}

if (require.main === module) {
  runService(async (file) => {
    const config = readBmcProcessConfig(file);
    const { stop } = await startBmcs(config);
    const ca = join(config.caDir, "ca.pem");
    return { stop, ready: { event: "ready", bmcs: config.bmcs.length, ca } };
  });
}
