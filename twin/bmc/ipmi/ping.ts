import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

/** ASF presence ping in an RMCP packet: version 6, no acknowledgement, class ASF, IANA 4542, type 0x80. */
const PRESENCE_PING = Buffer.from("0600ff06000011be80000000", "hex");
const WAIT_MS = 200;

/** Whether an RMCP service answers there; waits a fifth of a second at most. */
export function answersPing(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const finish = (answered: boolean) => {
      clearTimeout(deadline);
      socket.close();
      resolve(answered);
    };
    const deadline = setTimeout(() => finish(false), WAIT_MS);
    socket.once("message", () => finish(true));
    // A refused datagram comes back at once; waiting out the time keeps the caller from spinning.
    socket.on("error", () => undefined);
    socket.send(PRESENCE_PING, port, address);
  });
}
