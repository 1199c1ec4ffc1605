import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { serversScript, silentServers } from "../../../../dynamic-providers/pvesm/servers.js";

const run = promisify(execFile);

describe("the question to a storage's server", () => {
  it("tells a server that answers from one that does not", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    try {
      const servers = [
        { address: "127.0.0.1", port, storages: ["nfs-vms"] },
        { address: "127.0.0.1", port: 1, storages: ["pbs-pve1", "other"] },
      ];
      const { stdout } = await run("bash", ["-c", serversScript(servers)]);
      expect(silentServers("frege", servers, stdout)).toEqual([
        "frege gets no answer from 127.0.0.1, TCP port 1 (pbs-pve1, other)",
      ]);
    } finally {
      server.close();
    }
  });

  it("takes no answer of the node for no answer of the servers", () => {
    const servers = [{ address: "10.203.3.99", port: 2049, storages: ["nfs-vms"] }];
    expect(silentServers("frege", servers, "")).toHaveLength(1);
  });
});
