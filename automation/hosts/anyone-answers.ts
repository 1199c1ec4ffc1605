import net from "node:net";
import type { ConnectionPlan } from "../../config/plan/connections.js";

const PATIENCE_MS = 3_000;

/** How every ssh server begins, unasked; lines of its owner may stand before. */
const INTRODUCTION = /^SSH-/m;
const LONGEST_INTRODUCTION = 16_384;

/** Whether ssh of any host, or of the host through which it is reached, introduces itself. Nothing is sent. */
export async function anyoneAnswers(
  connections: readonly Pick<ConnectionPlan, "host" | "port" | "jump">[],
  patienceMs: number = PATIENCE_MS,
): Promise<boolean> {
  return await Promise.any(
    connections.map(({ host, port, jump }) => introduces(jump ?? { host, port }, patienceMs)),
  ).catch(() => false);
}

/** A connection alone proves nothing: firewalls and gateways take it for a host that is not there. */
function introduces(
  place: { readonly host: string; readonly port: number },
  patienceMs: number,
): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: place.host, port: place.port });
    let said = "";
    const patience = setTimeout(() => socket.destroy(new Error("no answer")), patienceMs);
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      said += text;
      if (INTRODUCTION.test(said)) {
        resolve(true);
        socket.destroy();
      } else if (said.length > LONGEST_INTRODUCTION) {
        socket.destroy(new Error("no ssh"));
      }
    });
    socket.once("error", reject);
    socket.once("close", () => {
      clearTimeout(patience);
      reject(new Error("closed without an introduction"));
    });
  });
}
