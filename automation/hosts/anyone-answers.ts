import net from "node:net";
import type { ConnectionPlan } from "../../config/plan/connections.js";

const PATIENCE_MS = 3_000;

/** Whether any host, or the host through which it is reached, takes a connection. Nothing is sent. */
export async function anyoneAnswers(
  connections: readonly Pick<ConnectionPlan, "host" | "port" | "jump">[],
  patienceMs: number = PATIENCE_MS,
): Promise<boolean> {
  return await Promise.any(
    connections.map(({ host, port, jump }) => takes(jump ?? { host, port }, patienceMs)),
  ).catch(() => false);
}

function takes(
  place: { readonly host: string; readonly port: number },
  patienceMs: number,
): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: place.host, port: place.port, timeout: patienceMs });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
  });
}
