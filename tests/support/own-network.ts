import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const INSIDE = path.join(__dirname, "inside-own-network.cjs");

/**
 * Networks of their own for commands: addresses that are there and silent, some ports of this machine's loopback, and nothing else. Whatever
 * has these addresses in the world is out of reach.
 */
export class OwnNetwork {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "own-network-"));
  private readonly servers = new Map<number, net.Server>();

  constructor(private readonly addresses: readonly string[]) {}

  /** Lets what runs inside reach a server of this machine, under the same address. */
  async letIn(url: string): Promise<void> {
    const port = Number(new URL(url).port);
    const server = net.createServer((near) => {
      const far = net.connect(port, "127.0.0.1");
      near.on("error", () => far.destroy());
      far.on("error", () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(path.join(this.folder, `${port}`), resolve));
    this.servers.set(port, server);
  }

  /** The words that run a command inside; each time in a network of its own. */
  around(words: readonly string[]): string[] {
    const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const ports = [...this.servers.keys()].join(",");
    return [
      ...["unshare", ...asRoot, "--net", process.execPath, INSIDE],
      ...[this.folder, this.addresses.join(","), ports, ...words],
    ];
  }

  stop(): void {
    for (const server of this.servers.values()) {
      server.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
