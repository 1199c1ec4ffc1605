import { afterEach, describe, expect, it } from "vitest";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { FileRunLog } from "../../dynamic-providers/transport/base/run-log.js";
import { Secret } from "../../dynamic-providers/transport/base/secret.js";
import { PveApi } from "../../dynamic-providers/transport/pve-api/api.js";
import type { ApiConnection } from "../../dynamic-providers/transport/pve-api/connection.js";
import { type FakeApi, ok, type Reply, refused, startApi } from "../support/fake-pve-api.js";
import { freePort } from "../support/sshd.js";

const UPID = "UPID:pve-b:0000012D:000444BD:6B00B05F:cephcreatepool:p1:root@pam:";
const token = { token: { id: "ha@pve!program", secret: { env: "TOKEN" } } } as const;
const login = { login: { user: "root@pam", password: { env: "ROOT" } } } as const;
const servers: FakeApi[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(...args: Parameters<typeof startApi>): Promise<FakeApi> {
  const server = await startApi(...args);
  servers.push(server);
  return server;
}

function client(
  of: readonly Pick<FakeApi, "endpoint" | "fingerprint">[],
  auth: ApiConnection["auth"] = token,
): PveApi {
  const endpoints = of.map(({ endpoint }) => endpoint);
  const fingerprints = of.map(({ fingerprint }) => fingerprint);
  return new PveApi(
    { endpoints, fingerprints, auth },
    {
      resolve: (reference) => Promise.resolve(new Secret(`value-of-${JSON.stringify(reference)}`)),
      clock: systemClock,
      log: new FileRunLog({ file: undefined, trace: false, now: Date.now, print: () => undefined }),
      cancellation: new Cancellation(),
      policy: { ...policies.api, firstDelayMs: 10, longestDelayMs: 20 },
    },
    { resource: "test", changes: () => false },
  );
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "no error",
    (thrown: unknown) => String(thrown),
  );
}

describe("a call", () => {
  it("sends the token, encodes parameters, and returns the data", async () => {
    const api = await serve("pve-a", () => ok([{ node: "pve-a" }]));
    const answer = await client([api]).post("/cluster/options", {
      ha: "shutdown_policy=migrate",
      on: true,
      list: ["a", "b"],
      left: undefined,
    });
    expect(answer).toEqual([{ node: "pve-a" }]);
    expect(api.seen[0]).toMatchObject({
      method: "POST",
      url: "/api2/json/cluster/options",
      body: "ha=shutdown_policy%3Dmigrate&on=1&list=a&list=b",
    });
    expect(api.seen[0]?.headers.authorization).toMatch(/^PVEAPIToken=ha@pve!program=value-of-/);
  });

  it("to delete carries its parameters in the path and no body", async () => {
    const api = await serve("pve-a", () => ok(null));
    expect(await client([api]).delete("/storage/nfs", { force: true })).toBeNull();
    expect(api.seen[0]).toMatchObject({ url: "/api2/json/storage/nfs?force=1", body: "" });
  });

  it("shows every refused parameter", async () => {
    const errors = { server: "invalid format - value does not look like a valid IP address" };
    const api = await serve("pve-a", () =>
      refused(400, "Parameter verification failed.", { ...errors, type: "property is missing" }),
    );
    const message = await messageOf(client([api]).post("/storage", {}));
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
    expect(await client([api]).post("/storage", {})).toBe("done");
    expect(api.seen).toHaveLength(3);
  });

  it("that changes something is not repeated when its fate is unknown", async () => {
    const api = await serve("pve-a", () => "drop");
    const message = await messageOf(client([api]).post("/storage", {}));
    expect(message).toContain("whether it took effect is not known");
    expect(api.seen).toHaveLength(1);
  });

  it.each([502, 595, 596, 599])("that only reads is repeated after %i", async (status) => {
    const api = await serve(
      "pve-a",
      (_request, seen): Reply => (seen.length === 1 ? { status, body: "" } : ok("read")),
    );
    expect(await client([api]).get("/nodes/pve-b/status")).toBe("read");
  });

  it("that only root with a ticket may make is refused before it is sent", async () => {
    const api = await serve("pve-a", () => ok(null));
    const message = await messageOf(client([api]).post("/nodes/pve-a/ceph/osd", {}));
    expect(message).toContain("only root@pam with a ticket may do that");
    expect(message).toContain("over ssh");
    expect(api.seen).toHaveLength(0);
  });
});

describe("several nodes", () => {
  it("stand in for one that is down or breaks a read", async () => {
    const dead = {
      endpoint: { node: "pve-a", host: "127.0.0.1", port: await freePort() },
      fingerprint: Array(32).fill("00").join(":"),
    };
    const broken = await serve("pve-b", () => "drop");
    const good = await serve("pve-c", () => ok("from c"));
    const api = client([dead, broken, good]);
    expect(await api.get("/version")).toBe("from c");
    expect(await api.get("/version")).toBe("from c");
    expect(broken.seen).toHaveLength(1);
  });
});

describe("a certificate", () => {
  it("that is not pinned ends the attempt before the token is sent", async () => {
    const api = await serve("pve-a", () => ok(null));
    const wrong = { ...api, fingerprint: Array(32).fill("AB").join(":") };
    const message = await messageOf(client([wrong]).get("/version"));
    expect(message).toContain(`it shows the certificate ${api.fingerprint}`);
    expect(api.seen).toHaveLength(0);
  });
});

describe("a ticket", () => {
  it("is made once, used with its token against forgery, and renewed when it died", async () => {
    let logins = 0;
    const api = await serve("pve-a", ({ url, headers }) => {
      if (url.endsWith("/access/ticket")) {
        logins++;
        return ok({ ticket: `t${logins}`, CSRFPreventionToken: `c${logins}` });
      }
      return headers.cookie === "PVEAuthCookie=t2" ? ok("in") : { status: 401, body: "" };
    });
    const pve = client([api], login);
    expect(await pve.put("/cluster/options", {})).toBe("in");
    expect(await pve.get("/version")).toBe("in");
    expect(logins).toBe(2);
    expect(api.seen.at(-1)?.headers.csrfpreventiontoken).toBe("c2");
  });

  it("that is refused says so once, without the password", async () => {
    const api = await serve("pve-a", () => refused(401, "authentication failure"));
    const message = await messageOf(client([api], login).get("/version"));
    expect(message).toContain("401 authentication failure");
    expect(message).not.toContain("value-of");
  });
});

describe("a task", () => {
  const taskApi = (exitstatus: string): Promise<FakeApi> =>
    serve("pve-a", ({ url }, seen) => {
      if (url.includes("/log")) {
        return ok([
          { n: 1, t: "mon pool create failed" },
          { n: 2, t: "" },
          { n: 3, t: `TASK ERROR: ${exitstatus}` },
        ]);
      }
      if (url.includes("/status")) {
        const asked = seen.filter((request) => request.url.includes("/status")).length;
        return ok(asked < 2 ? { status: "running" } : { status: "stopped", exitstatus });
      }
      return ok(UPID);
    });

  it("is followed to its end", async () => {
    const api = await taskApi("WARNINGS: 1");
    const result = await client([api]).task("POST", "/nodes/pve-b/ceph/pool", { name: "p1" });
    expect(result).toEqual({ upid: UPID, warnings: true });
    expect(api.seen[1]?.url).toBe(
      `/api2/json/nodes/pve-b/tasks/${encodeURIComponent(UPID)}/status`,
    );
  });

  it("that failed brings its log", async () => {
    const api = await taskApi("command failed");
    const message = await messageOf(client([api]).task("POST", "/nodes/pve-b/ceph/pool", {}));
    expect(message).toContain("command failed (its log: mon pool create failed)");
    expect(message).toContain("on pve-b");
  });
});
