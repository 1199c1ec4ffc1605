import type { FaultContext, Undo } from "./context.js";

/**
 * The server vanishes from the network and whoever touches a mounted share waits, as with a hard mount: the
 * process behind each share stops and answers again when the NAS is back.
 */
export async function loseNas(context: FaultContext, name: string): Promise<Undo> {
  const nas = context.plan.nas.find((one) => one.name === name || one.address === name);
  if (nas === undefined) {
    const known = context.plan.nas.map((one) => one.name).join(", ");
    throw new Error(`the twin has no NAS ${name}; it has ${known === "" ? "none" : known}`);
  }
  await context.twin.setNas(nas.name, false);
  await signalShares(context, nas.address, "STOP");
  return async () => {
    await context.twin.setNas(nas.name, true);
    await signalShares(context, nas.address, "CONT");
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
