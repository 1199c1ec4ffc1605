import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt } from "../../../process/run.js";
import { greetingProbe } from "../../../supervisor/wait.js";

let server: net.Server;
let home: string;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "home-"));
  server = net.createServer((socket) => {
    // The probe hangs up after four letters.
    socket.on("error", () => undefined);
    socket.end("SSH-2.0-rehearsal\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

describe("the wait for a host's greeting", () => {
  it("is not held up by the start-up file of whoever starts the twin without a shell", async () => {
    writeFileSync(path.join(home, ".bashrc"), "echo from the start-up file; exec sleep 30\n");
    const bound = server.address();
    const port = bound !== null && typeof bound === "object" ? bound.port : 0;
    const env = { PATH: process.env.PATH, HOME: home, SHLVL: "0" };
    const { stdout } = await attempt([...greetingProbe("127.0.0.1", port)], { env });
    expect(stdout).toBe("SSH-");
  });
});
