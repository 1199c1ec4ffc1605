import { afterEach, describe, expect, it } from "vitest";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { FileRunLog } from "../../dynamic-providers/transport/base/run-log.js";
import { Secret } from "../../dynamic-providers/transport/base/secret.js";
import { PveApi } from "../../dynamic-providers/transport/pve-api/api.js";
import { type FakeApi, ok, refused, startApi } from "../support/fake-pve-api.js";
import { freePort } from "../support/sshd.js";

const servers: FakeApi[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(...args: Parameters<typeof startApi>): Promise<FakeApi> {
  const server = await startApi(...args);
  servers.push(server);
  return server;
}

function client({ endpoint }: Pick<FakeApi, "endpoint">): PveApi {
  return new PveApi(
    { endpoint, account: "ha@pve!program", token: new Secret("value-of-token") },
    {
      clock: systemClock,
      log: new FileRunLog({ file: undefined, trace: false, now: Date.now, print: () => undefined }),
      cancellation: new Cancellation(),
      policy: { ...policies.api, firstDelayMs: 10, longestDelayMs: 20 },
    },
    "test",
  );
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "no error",
    (thrown: unknown) => String(thrown),
  );
}

describe("a call", () => {
  it("sends the token and encodes parameters", async () => {
    const api = await serve("pve-a", () => ok([{ node: "pve-a" }]));
    await client(api).post("/cluster/options", {
      ha: "shutdown_policy=migrate",
      on: true,
      list: ["a", "b"],
      left: undefined,
    });
    expect(api.seen[0]).toMatchObject({
      method: "POST",
      url: "/api2/json/cluster/options",
      body: "ha=shutdown_policy%3Dmigrate&on=1&list=a&list=b",
    });
    expect(api.seen[0]?.headers.authorization).toMatch(/^PVEAPIToken=ha@pve!program=value-of-/);
  });

  it("shows every refused parameter", async () => {
    const errors = { server: "invalid format - value does not look like a valid IP address" };
    const api = await serve("pve-a", () =>
      refused(400, "Parameter verification failed.", { ...errors, type: "property is missing" }),
    );
    const message = await messageOf(client(api).post("/storage", {}));
    expect(message).toContain("400 Parameter verification failed.; server: invalid format");
    expect(message).toContain("type: property is missing");
    expect(api.seen).toHaveLength(1);
  });

  it("waits for a lock that somebody else holds", async () => {
    const api = await serve("pve-a", (_request, seen) =>
      seen.length < 3
        ? refused(500, "cfs-lock 'file-storage_cfg' error: got lock request timeout")
        : ok("done"),
    );
    await client(api).post("/storage", {});
    expect(api.seen).toHaveLength(3);
  });

  it("that changes something is not repeated when its fate is unknown", async () => {
    const api = await serve("pve-a", () => "drop");
    const message = await messageOf(client(api).post("/storage", {}));
    expect(message).toContain("whether it took effect is not known");
    expect(api.seen).toHaveLength(1);
  });

  it("that never reached the node is repeated, and says in the end that nothing happened", async () => {
    const endpoint = {
      node: "pve-a",
      host: "127.0.0.1",
      port: await freePort(),
      fingerprint: Array(32).fill("00").join(":"),
    };
    const message = await messageOf(client({ endpoint }).post("/storage", {}));
    expect(message).toContain("ECONNREFUSED");
    expect(message).not.toContain("not known");
  });
});

describe("a certificate", () => {
  it("that is not pinned ends the attempt before the token is sent", async () => {
    const api = await serve("pve-a", () => ok(null));
    const wrong = { endpoint: { ...api.endpoint, fingerprint: Array(32).fill("AB").join(":") } };
    const message = await messageOf(client(wrong).put("/storage/nfs", {}));
    expect(message).toContain(`it shows the certificate ${api.endpoint.fingerprint}`);
    expect(api.seen).toHaveLength(0);
  });
});

describe("a token", () => {
  it("that is refused says so once, without its value", async () => {
    const api = await serve("pve-a", () => refused(401, "authentication failure"));
    const message = await messageOf(client(api).put("/storage/nfs", {}));
    expect(message).toContain("401 authentication failure");
    expect(message).not.toContain("value-of");
    expect(api.seen).toHaveLength(1);
  });
});
