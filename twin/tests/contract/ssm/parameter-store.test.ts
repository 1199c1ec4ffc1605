import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { unixHttp } from "../../../bmc/unix-http.js";
import { parseSsmProcessConfig } from "../../../ssm/config.js";
import { type RunningSsm, startSsm } from "../../../ssm/main.js";

const SECRET = "/ms01/amt/frege";
const dir = mkdtempSync(join(tmpdir(), "ssm-"));
const socket = join(dir, "fault.sock");
const config = parseSsmProcessConfig({
  address: "127.0.0.1",
  port: 0,
  faultSocket: socket,
  seedFile: join(dir, "seed.json"),
  logFile: join(dir, "moto.log"),
  region: "us-west-2",
  parameters: [
    { path: SECRET, type: "SecureString" },
    { path: "/pve1/cluster/name", type: "String", value: "pve1" },
  ],
});
let running: RunningSsm;
let client: SSMClient;

const seeds = () =>
  z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(config.seedFile, "utf8")));
const ask = (path: string, body?: unknown) =>
  unixHttp(socket, body === undefined ? "GET" : "POST", path, body);
const read = (name: string) =>
  client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));

beforeAll(async () => {
  running = await startSsm(config);
  client = new SSMClient({
    region: "us-west-2",
    endpoint: `http://127.0.0.1:${running.port}`,
    credentials: { accessKeyId: "twin", secretAccessKey: "twin" },
    maxAttempts: 1,
  });
}, 90_000);
afterAll(async () => {
  client?.destroy();
  await running?.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => ask("/heal", {}));

describe("the parameter store of the twin", () => {
  it("holds a random secret and a given value, which a file of root alone repeats", async () => {
    const { Parameter } = await read(SECRET);
    expect(Parameter?.Type).toBe("SecureString");
    expect(Parameter?.Value).toBe(seeds()[SECRET]);
    expect(Parameter?.Value).toMatch(/^\S{16}$/);
    expect(statSync(config.seedFile).mode & 0o777).toBe(0o600);
    const tree = await client.send(
      new GetParametersByPathCommand({ Path: "/pve1", Recursive: true }),
    );
    expect(tree.Parameters?.map(({ Value }) => Value)).toEqual(["pve1"]);
  });

  it.each([
    ["throttle", "ThrottlingException"],
    ["access-denied", "AccessDeniedException"],
    ["unavailable", "InternalServerError"],
  ])("answers %s as %s for the chosen operation only, until healed", async (kind, name) => {
    await ask("/fault", { kind, operations: ["GetParameter"] });
    await expect(read(SECRET)).rejects.toMatchObject({ name });
    const others = client.send(new GetParametersByPathCommand({ Path: "/ms01/amt" }));
    expect((await others).Parameters).toHaveLength(1);
    await ask("/heal", {});
    expect((await read(SECRET)).Parameter?.Name).toBe(SECRET);
  });

  it("throttles as often as it is told to", async () => {
    await ask("/fault", { kind: "throttle", times: 2 });
    await expect(read(SECRET)).rejects.toThrow();
    await expect(read(SECRET)).rejects.toThrow();
    expect((await read(SECRET)).Parameter?.Name).toBe(SECRET);
  });

  it("hangs until healed", async () => {
    await ask("/fault", { kind: "hang" });
    const ended = expect(read(SECRET)).rejects.toThrow();
    await expect.poll(async () => (await ask("/requests")).text).toContain('"outcome":"no answer"');
    await ask("/heal", {});
    await ended;
  });

  it("keeps names and no value in its request log", async () => {
    await read(SECRET);
    const { text } = await ask("/requests");
    expect(text).toContain(SECRET);
    expect(text).not.toContain(seeds()[SECRET]);
  });

  it("says what is wrong with an unknown fault", async () => {
    const answer = await ask("/fault", { kind: "explode" });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("kind");
  });
});
