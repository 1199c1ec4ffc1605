import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Secret } from "../../../../../dynamic-providers/transport/base/secret.js";
import { dial } from "../../../../../dynamic-providers/transport/ssh/dial.js";
import { eventually } from "../../../../../twin/testing/index.js";

describe("a connection to a host that stands still", () => {
  it("ends with one error that says so, also when its socket closes afterwards", async () => {
    // The kernel of a frozen host still accepts connections; nobody ever speaks.
    const sockets = new Set<net.Socket>();
    let closed = 0;
    const server = net.createServer((socket) => {
      sockets.add(socket.on("close", () => closed++));
      socket.on("error", () => undefined).resume();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const folder = mkdtempSync(path.join(tmpdir(), "dial-"));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const dialled = dial(
      {
        host: "127.0.0.1",
        node: "frege",
        port,
        user: "root",
        hostKey: "trust-first-use",
        knownHostsFile: path.join(folder, "known_hosts"),
        auth: { password: { env: "PASSWORD" } },
      },
      {
        resolve: async () => new Secret("never asked for"),
        say: () => undefined,
        timeoutMs: 100,
        keepAliveMs: 1_000,
      },
    );
    await expect(dialled).rejects.toThrow(/Timed out while waiting for handshake/);
    // An error without a listener would end the process here, and vitest would report it.
    await eventually(
      async () => closed === 1,
      () => "the socket stays open",
      5_000,
    );
  });
});
