import { serversOf } from "../../plan/twin-plan.js";
import type { FaultContext, Undo } from "./context.js";

/**
 * The server, a NAS or a backup server, vanishes from the network and whoever touches a mounted share waits, as with a hard mount: the
 * process behind each share stops and answers again when the NAS is back.
 */
export async function loseNas(context: FaultContext, name: string): Promise<Undo> {
  const servers = serversOf(context.plan);
  const server = servers.find((one) => one.name === name || one.address === name);
  if (server === undefined) {
    const known = servers.map((one) => one.name).join(", ");
    throw new Error(`the twin has no NAS ${name}; it has ${known === "" ? "none" : known}`);
  }
  await context.twin.setServer(server.name, false);
  await signalShares(context, server.address, "STOP");
  return async () => {
    await context.twin.setServer(server.name, true);
    await signalShares(context, server.address, "CONT");
  };
}

async function signalShares(
  context: FaultContext,
  address: string,
  signal: "STOP" | "CONT",
): Promise<void> {
  await Promise.all(
    [...context.twin.hosts.values()]
      .filter((host) => host.state() === "on")
      // No process is no fault: the host has no share of this NAS mounted.
      .map((host) => host.exec(["pkill", `-${signal}`, "-f", `bindfs -o .*fsname=${address}:`])),
  );
}
