import net from "node:net";

/** A wire that can be cut, frozen or slow. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that were opened through it so far. */
  opened(): number;
  /** Breaks all connections that are open now. */
  cut(): void;
  /** Swallows everything from now on, in both directions, without closing; new connections work. */
  freeze(): void;
  close(): void;
}

export async function startProxy(target: number, delayMs = 0): Promise<TcpProxy> {
  const pairs = new Set<{ ends: readonly net.Socket[]; frozen: boolean }>();
  let opened = 0;
  const server = net.createServer({ noDelay: true }, (near) => {
    opened++;
    const far = net.connect({ port: target, host: "127.0.0.1", noDelay: true });
    const pair = { ends: [near, far], frozen: false };
    pairs.add(pair);
    const join = (from: net.Socket, to: net.Socket): void => {
      from.on("data", (chunk) => {
        if (pair.frozen) {
          return;
        }
        if (delayMs === 0) {
          to.write(chunk);
        } else {
          setTimeout(() => to.writable && to.write(chunk), delayMs);
        }
      });
      from.on("close", () => {
        pairs.delete(pair);
        if (!pair.frozen) {
          setTimeout(() => to.destroy(), delayMs);
        }
      });
      from.on("error", () => undefined);
    };
    join(near, far);
    join(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the proxy has no port");
  }
  const destroyAll = (): void => {
    for (const { ends } of pairs) {
      for (const end of ends) {
        end.destroy();
      }
    }
  };
  return {
    port: address.port,
    opened: () => opened,
    cut: destroyAll,
    freeze: () => {
      for (const pair of pairs) {
        pair.frozen = true;
      }
    },
    close: () => {
      destroyAll();
      server.close();
    },
  };
}
