import { request } from "node:https";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type BmcWish,
  PASSWORD,
  type Rehearsal,
  rehearse,
  USER,
  UUID,
} from "../../../testing/index.js";

let bmc: Rehearsal | undefined;
afterEach(async () => {
  await bmc?.end();
  bmc = undefined;
});

const basic = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

function call(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  const port = bmc?.port ?? 0;
  const { headers = { authorization: basic }, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, method, path, headers, rejectUnauthorized: false, agent: false },
      (incoming) => {
        let text = "";
        incoming.on("data", (chunk: Buffer) => {
          text += chunk.toString("utf8");
        });
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === "" ? undefined : JSON.parse(text),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function start(wish: Omit<Extract<BmcWish, { kind: "redfish" }>, "kind"> = {}) {
  bmc = await rehearse({ kind: "redfish", ...wish });
  return bmc;
}

const etagOf = (answer: Answer) => String(answer.headers.etag);
const messageIdOf = (answer: Answer) =>
  z.object({ error: z.object({ code: z.string() }) }).parse(answer.body).error.code;
const override = { Boot: { BootSourceOverrideEnabled: "Once", BootSourceOverrideTarget: "Pxe" } };

describe("the simulated Redfish service", () => {
  it("shows its root to everybody and nothing else without a login", async () => {
    await start();
    expect(await call("GET", "/redfish", { headers: {} })).toMatchObject({
      body: { v1: "/redfish/v1/" },
    });
    expect(await call("GET", "/redfish/v1/", { headers: {} })).toMatchObject({ status: 200 });
    expect(await call("GET", "/redfish/v1/Systems", { headers: {} })).toMatchObject({
      status: 401,
    });
  });

  it("opens a session, admits its token, and forgets it on delete", async () => {
    await start();
    const opened = await call("POST", "/redfish/v1/SessionService/Sessions", {
      headers: {},
      body: { UserName: USER, Password: PASSWORD },
    });
    expect(opened.status).toBe(201);
    const headers = { "x-auth-token": String(opened.headers["x-auth-token"]) };
    expect(await call("GET", "/redfish/v1/Systems", { headers })).toMatchObject({ status: 200 });
    const location = String(opened.headers.location);
    expect(await call("DELETE", location, { headers })).toMatchObject({ status: 204 });
    expect(await call("GET", "/redfish/v1/Systems", { headers })).toMatchObject({ status: 401 });
  });

  it("has few sessions, and its table fills up with leaked ones", async () => {
    await start();
    const open = () =>
      call("POST", "/redfish/v1/SessionService/Sessions", {
        headers: {},
        body: { UserName: USER, Password: PASSWORD },
      });
    for (let opened = 0; opened < 4; opened += 1) expect((await open()).status).toBe(201);
    expect(await open()).toMatchObject({ status: 503 });
  });

  it("locks the account after too many wrong passwords, also for the right one", async () => {
    await start({ lockout: { threshold: 2, seconds: 300 } });
    const wrong = { authorization: `Basic ${Buffer.from(`${USER}:no`).toString("base64")}` };
    await call("GET", "/redfish/v1/Systems", { headers: wrong });
    await call("GET", "/redfish/v1/Systems", { headers: wrong });
    expect(await call("GET", "/redfish/v1/Systems")).toMatchObject({ status: 401 });
  });

  it("demands If-Match on a MegaRAC, refuses a stale one, and takes the present one", async () => {
    await start({ flavour: "ami" });
    const path = "/redfish/v1/Systems/Self";
    const bare = await call("PATCH", path, { body: override });
    expect([bare.status, messageIdOf(bare)]).toEqual([428, "Ami.1.0.PreconditionHeaderMissing"]);
    const etag = etagOf(await call("GET", path));
    const patch = (match: string) =>
      call("PATCH", path, { headers: { authorization: basic, "if-match": match }, body: override });
    expect(await patch('"stale"')).toMatchObject({ status: 412 });
    expect(await patch(etag)).toMatchObject({ status: 204 });
    const changed = await call("GET", path);
    expect(changed.body).toMatchObject({ Boot: { BootSourceOverrideTarget: "Pxe" } });
    expect(etagOf(changed)).not.toBe(etag);
  });

  it.each([
    ["idrac", "System.Embedded.1", 409],
    ["ilo", "1", 400],
    ["openbmc", "system", 204],
    ["supermicro", "1", 200],
    ["ami", "Self", 202],
    ["xcc", "1", 204],
  ] as const)("as %s answers switching off what is off with its own status", async (...row) => {
    const [flavour, id, status] = row;
    const rehearsal = await start({ flavour });
    rehearsal.host.state = "off";
    const path = `/redfish/v1/Systems/${id}/Actions/ComputerSystem.Reset`;
    const answer = await call("POST", path, { body: { ResetType: "ForceOff" } });
    expect(answer.status).toBe(status);
    expect(rehearsal.host.actions).toEqual([]);
  });

  it("ends a task when the host has followed", async () => {
    const rehearsal = await start({ flavour: "ami" });
    const path = "/redfish/v1/Systems/Self/Actions/ComputerSystem.Reset";
    const accepted = await call("POST", path, { body: { ResetType: "ForceOff" } });
    const monitor = String(accepted.headers.location);
    await expect.poll(async () => (await call("GET", monitor)).status).toBe(200);
    expect(rehearsal.host.state).toBe("off");
  });

  it("refuses a reset type that it does not offer", async () => {
    await start({ flavour: "ilo" });
    const path = "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset";
    const answer = await call("POST", path, { body: { ResetType: "GracefulRestart" } });
    expect([answer.status, messageIdOf(answer)]).toEqual([
      400,
      "Base.1.15.ActionParameterNotSupported",
    ]);
  });

  it("shows a Supermicro's UUID as SMBIOS stores it, and asks for a licence where that one does", async () => {
    await start({ flavour: "supermicro" });
    const system = await call("GET", "/redfish/v1/Systems/1");
    expect(system.body).toMatchObject({ UUID: "44454c4c-4200-104a-8051-b4c04f4d3332" });
    expect(UUID).toBe("4c4c4544-0042-4a10-8051-b4c04f4d3332");
    const media = await call("GET", "/redfish/v1/Managers/1/VirtualMedia");
    expect([media.status, messageIdOf(media)]).toEqual([403, "SMC.1.0.OemLicenseNotPassed"]);
  });
});
