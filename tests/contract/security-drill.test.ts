import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPorts } from "../../automation/hosts/open-ports.js";
import type { Fact } from "../../automation/security-drill/fact.js";
import {
  CERTIFICATES,
  DUO_SERVICES,
  LISTENERS,
  SECRET_FILES,
  SSHD,
  UPDATES,
} from "../../automation/security-drill/host-parts.js";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { offeredWays } from "../../dynamic-providers/transport/ssh/offered-ways.js";
import { TestPool } from "../support/ssh-pool.js";
import { freePort, startSshd, type TestSshd } from "../support/sshd.js";

/** The looks of the drill on a real host: sshd with a shell, ss, openssl, stat and apt. */
let sshd: TestSshd;
let pool: TestPool;
beforeAll(async () => {
  sshd = await startSshd();
  pool = new TestPool();
});
afterAll(() => {
  pool.close();
  sshd.stop();
});

async function told<Value>(part: Part<Fact<Value>>, before = "true"): Promise<Value> {
  const connection = sshd.connection();
  const shell = {
    node: "frege",
    run: (script: string) => pool.run(connection, `${before}\n${script}`),
  };
  const errand = { verb: "look", timeoutMs: 30_000, tried: "to look", doNext: "" };
  const fact = (await ask(shell, [part], errand)).of(part);
  if (!fact.known) {
    throw new Error(fact.why);
  }
  return fact.value;
}

describe("from outside", () => {
  it("is told by sshd what it offers to whoever has shown nothing", async () => {
    expect(await offeredWays({ host: "127.0.0.1", port: sshd.port, user: "root" }, 10_000)).toEqual(
      ["publickey", "password", "keyboard-interactive"],
    );
  });

  it("does not know of a host that takes no connection, or does not speak ssh", async () => {
    const port = await freePort();
    await expect(offeredWays({ host: "127.0.0.1", port, user: "root" }, 5_000)).rejects.toThrow(
      "ECONNREFUSED",
    );
    const mute = net.createServer((socket) => socket.end("no ssh\r\n".repeat(3)));
    await new Promise<void>((resolve) => mute.listen(port, "127.0.0.1", resolve));
    await expect(offeredWays({ host: "127.0.0.1", port, user: "root" }, 5_000)).rejects.toThrow(
      `ssh to 127.0.0.1:${port}`,
    );
    mute.close();
  });

  it("finds which ports take a connection", async () => {
    const closed = await freePort();
    expect(await openPorts("127.0.0.1", [closed, sshd.port])).toEqual([sshd.port]);
  });
});

describe("on the host", () => {
  it("is told by sshd what it does, and by the kernel who waits where", async () => {
    expect((await told(SSHD)).get("passwordauthentication")).toBe("yes");
    expect(await told(LISTENERS)).toContainEqual({
      protocol: "tcp",
      address: "127.0.0.1",
      port: sshd.port,
      program: "sshd",
    });
  });

  it("is told modes of private files, of no public one, and nothing of their content", async () => {
    const made =
      "cd /root/.ssh && touch id_open id_shut id_open.pub && chmod 644 id_open id_open.pub && chmod 600 id_shut";
    const files = await told(SECRET_FILES, `( ${made} )`);
    expect(files.filter(({ path: one }) => one.startsWith("/root/"))).toEqual([
      { path: "/root/.ssh/id_open", mode: 0o644 },
      { path: "/root/.ssh/id_shut", mode: 0o600 },
    ]);
    expect(files).toContainEqual(expect.objectContaining({ path: "/etc/shadow" }));
  });

  it("has no certificates where there is no Proxmox, and nobody who asks Duo", async () => {
    expect(await told(CERTIFICATES)).toEqual([]);
    expect(await told(DUO_SERVICES)).toEqual([]);
  });

  it("has apt's word of updates by the lists that lie there", async () => {
    const { security } = await told(UPDATES);
    expect(security.every((name) => /^[a-z0-9][a-z0-9+.:-]*$/.test(name))).toBe(true);
  });

  it("does not know where a tool is missing or fails, and knows the rest", async () => {
    const tools = path.join(sshd.folder, "broken");
    mkdirSync(tools);
    writeFileSync(path.join(tools, "ss"), "#!/bin/sh\necho 'no socket for you' >&2; exit 3\n");
    chmodSync(path.join(tools, "ss"), 0o755);
    await expect(told(LISTENERS, `PATH=${tools}:$PATH`)).rejects.toThrow("no socket for you");
    const shell = {
      node: "frege",
      run: (script: string) => pool.run(sshd.connection(), `PATH=${tools}:$PATH\n${script}`),
    };
    const errand = { verb: "look", timeoutMs: 30_000, tried: "to look", doNext: "" };
    const said = await ask(shell, [LISTENERS, SSHD], errand);
    expect([said.of(LISTENERS).known, said.of(SSHD).known]).toEqual([false, true]);
  });
});
