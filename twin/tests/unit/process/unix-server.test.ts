import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { unixHttp } from "../../../bmc/unix-http.js";
import { closeServer } from "../../../process/close-server.js";
import { openUnixServer, type Route } from "../../../process/unix-server.js";

let folder: string;
let socket: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-socket-"));
  socket = path.join(folder, "control.sock");
});
afterEach(async () => {
  if (server !== undefined) await closeServer(server);
  rmSync(folder, { recursive: true, force: true });
});

const open = async (route: Route) => {
  server = await openUnixServer(socket, route);
};
const echo: Route = async ({ method, path: place, query, body }) => ({
  status: 200,
  body: { method, place, probe: query.get("probe"), body },
});

it("a request reaches its route in parts, and the answer is JSON", async () => {
  await open(echo);
  const { status, text } = await unixHttp(socket, "POST", "/hosts/hume?probe=1", { off: true });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({
    method: "POST",
    place: "/hosts/hume",
    probe: "1",
    body: { off: true },
  });
});

it("a text goes out as it is", async () => {
  await open(async () => ({ status: 200, body: "power:1\n" }));
  expect((await unixHttp(socket, "GET", "/")).text).toBe("power:1\n");
});

it("what a route throws is a sentence and status 400", async () => {
  await open(async ({ body }) => {
    z.strictObject({ off: z.boolean() }).parse(body);
    throw new Error("hume is off");
  });
  const told = async (body: unknown) => {
    const { status, text } = await unixHttp(socket, "POST", "/", body);
    return { status, ...z.object({ error: z.string() }).parse(JSON.parse(text)) };
  };
  expect(await told({ off: true })).toEqual({ status: 400, error: "hume is off" });
  expect(await told({ off: "yes" })).toMatchObject({ status: 400 });
  expect((await told({ off: "yes" })).error).toContain("expected boolean");
});

it("only its owner may open the socket, and an old one is no obstacle", async () => {
  writeFileSync(socket, "left by a process that was killed");
  await open(echo);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});
