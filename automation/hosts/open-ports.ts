import net from "node:net";

const PATIENCE_MS = 2_000;
/** One after the other would take minutes behind a firewall that says nothing, and all at once looks like an attack. */
const AT_ONCE = 8;

/** Which ports of a host take a connection from here. Nothing is sent. */
export async function openPorts(
  host: string,
  ports: readonly number[],
  patienceMs: number = PATIENCE_MS,
): Promise<readonly number[]> {
  const open: number[] = [];
  const left = [...ports];
  const worker = async (): Promise<void> => {
    for (let port = left.shift(); port !== undefined; port = left.shift()) {
      if (await takesConnection(host, port, patienceMs)) {
        open.push(port);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return open.sort((a, b) => a - b);
}

function takesConnection(host: string, port: number, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (isOpen: boolean): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve(isOpen);
    };
    const patience = setTimeout(() => end(false), patienceMs);
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
