import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:https";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { siteAuthority } from "../../../services/pbs/identity.js";
import { startPbs } from "../../../services/pbs/main.js";

const TOKEN = "the-token-secret";
const PASSWORD = "the-password";
const address = z.object({ port: z.number() });

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "pbs-"));
  vi.stubEnv("PROXMOX_HA_CACHE", folder);
  server = await startPbs(
    {
      name: "pbs",
      address: "127.0.0.1",
      folder: path.join(folder, "stores"),
      datastores: ["pve1", "other"],
      accounts: [
        { user: "pve1@pbs!backup", password: TOKEN, datastores: ["pve1"] },
        { user: "admin@pbs", password: PASSWORD, datastores: ["pve1", "other"] },
        { user: "anybody@pbs", datastores: ["other"] },
      ],
    },
    0,
  );
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly data: unknown;
}

const token = (secret: string) => ({ authorization: `PBSAPIToken=pve1@pbs!backup:${secret}` });

async function ask(
  method: string,
  where: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<Answer> {
  const { port } = address.parse(server.address());
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path: `/api2/json${where}`,
        headers,
        ca: siteAuthority().cert,
      },
      (incoming) => {
        text(incoming)
          .then((said) => {
            const data = said.startsWith("{")
              ? z.object({ data: z.unknown() }).parse(JSON.parse(said)).data
              : said;
            resolve({ status: incoming.statusCode, data });
          })
          .catch(reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

describe("the twin's backup server", () => {
  it("lets nobody in without a login, and no token with a wrong secret", async () => {
    expect((await ask("GET", "/admin/datastore")).status).toBe(401);
    expect((await ask("GET", "/admin/datastore", token("wrong"))).status).toBe(401);
  });

  it("shows a token its datastores and no others", async () => {
    const { status, data } = await ask("GET", "/admin/datastore", token(TOKEN));
    expect(status).toBe(200);
    expect(data).toEqual([{ store: "pve1", "mount-status": "nonremovable" }]);
    expect((await ask("GET", "/admin/datastore/other/status", token(TOKEN))).status).toBe(403);
  });

  it("gives users a ticket for their password, and tokens none", async () => {
    const login = (user: string, password: string) =>
      ask(
        "POST",
        "/access/ticket",
        {},
        new URLSearchParams({ username: user, password }).toString(),
      );
    expect((await login("admin@pbs", "wrong")).status).toBe(401);
    expect((await login("pve1@pbs!backup", TOKEN)).status).toBe(401);
    const { ticket } = z
      .object({ ticket: z.string() })
      .parse((await login("admin@pbs", PASSWORD)).data);
    const cookie = { cookie: `PBSAuthCookie=${encodeURIComponent(ticket)}` };
    expect((await ask("GET", "/admin/datastore/other/status", cookie)).data).toMatchObject({
      total: expect.any(Number),
    });
    expect((await login("anybody@pbs", "whatever Pulumi keeps")).status).toBe(200);
  });

  it("lists the backups that lie in a datastore", async () => {
    mkdirSync(path.join(folder, "stores/pve1/vm/100/2026-01-02T03:04:05Z"), { recursive: true });
    expect((await ask("GET", "/admin/datastore/pve1/snapshots", token(TOKEN))).data).toEqual([
      expect.objectContaining({
        "backup-type": "vm",
        "backup-id": "100",
        "backup-time": Date.parse("2026-01-02T03:04:05Z") / 1000,
      }),
    ]);
  });

  it("takes no backups, and says so", async () => {
    const { status, data } = await ask("POST", "/admin/datastore/pve1/gc", token(TOKEN));
    expect(status).toBe(501);
    expect(data).toContain("takes no backups");
  });
});
