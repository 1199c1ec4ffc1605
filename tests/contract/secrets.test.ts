import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { stackSecrets } from "../../components/program/secret-source.js";
import { learnSecretVersions } from "../../components/program/secret-versions.js";
import { secretVersionsOf } from "../../dynamic-providers/kit/secret-versions.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore, type SsmOptions } from "../../dynamic-providers/transport/secrets/ssm.js";
import { startMoto } from "../support/moto.js";

/** Stands before the parameter store, counts the calls, and can refuse the next ones. */
interface Gateway {
  readonly url: string;
  readonly calls: string[];
  /** Which access keys signed the requests. */
  readonly signers: string[];
  refuseNext(times: number, type: string): void;
  stop(): void;
}

const ssmDefaults = { prefix: "/test", publish: false };
let moto: Awaited<ReturnType<typeof startMoto>>;
let gateway: Gateway;

beforeAll(async () => {
  moto = await startMoto();
  gateway = await startGateway(moto.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", gateway.url);
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  gateway.stop();
  moto.stop();
});
afterEach(() => {
  gateway.calls.length = 0;
  gateway.signers.length = 0;
});

async function listening(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${address === null || typeof address === "string" ? 0 : address.port}`;
}

async function startGateway(target: string): Promise<Gateway> {
  const calls: string[] = [];
  const signers: string[] = [];
  let refusals = { times: 0, type: "" };
  const server = http.createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", async () => {
      const { authorization = "" } = incoming.headers;
      calls.push(String(incoming.headers["x-amz-target"]));
      signers.push(/Credential=([^/]+)/.exec(authorization)?.[1] ?? "");
      const type = "application/x-amz-json-1.1";
      if (refusals.times > 0) {
        refusals.times--;
        outgoing.writeHead(400, { "content-type": type });
        outgoing.end(JSON.stringify({ __type: refusals.type, message: "refused by the test" }));
        return;
      }
      const answer = await fetch(target, {
        method: "POST",
        headers: {
          "content-type": type,
          "x-amz-target": String(incoming.headers["x-amz-target"]),
          authorization,
        },
        body: Buffer.concat(chunks),
      });
      outgoing.writeHead(answer.status, { "content-type": type });
      outgoing.end(await answer.text());
    });
  });
  return {
    url: await listening(server),
    calls,
    signers,
    refuseNext: (times, type) => {
      refusals = { times, type };
    },
    stop: () => server.close(),
  };
}

async function put(name: string, value: string): Promise<void> {
  const client = new SSMClient({ region: "us-west-2", endpoint: moto.url });
  await client.send(
    new PutParameterCommand({ Name: name, Value: value, Type: "SecureString", Overwrite: true }),
  );
}

function resolver(env: Readonly<Record<string, string>> = {}): SecretResolver {
  const policy = { ...policies.secrets, firstDelayMs: 5, longestDelayMs: 10, attempts: 4 };
  return new SecretResolver({
    store: new ParameterStore({ region: "us-west-2" }, systemClock, policy),
    stackConfig: (key) => (key === "apiKey" ? "from the stack" : undefined),
    env,
  });
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (thrown: unknown) => String(thrown),
  );

describe("references to secrets", () => {
  it("are read twenty at a time in two calls, and kept in memory", async () => {
    const names = Array.from({ length: 20 }, (_, at) => `/test/many/${at}`);
    await Promise.all(names.map((name) => put(name, `value of ${name}`)));
    const secrets = resolver();
    const values = await Promise.all(names.map((ssm) => secrets.resolve({ ssm })));
    expect(values.map((secret) => secret.reveal())).toEqual(names.map((n) => `value of ${n}`));
    expect(gateway.calls).toEqual(["AmazonSSM.GetParameters", "AmazonSSM.GetParameters"]);
    await secrets.resolve({ ssm: "/test/many/3" });
    expect(gateway.calls).toHaveLength(2);
  });

  it("show a rotation by their version, without the value", async () => {
    await put("/test/rotated", "one");
    const reference = { ssm: "/test/rotated" };
    const before = await resolver().versions([reference]);
    await put("/test/rotated", "two");
    const after = await resolver().versions([reference]);
    expect([before, after]).toEqual([{ "ssm:/test/rotated": "1" }, { "ssm:/test/rotated": "2" }]);
    const env = { env: "KEY" };
    const one = await resolver({ KEY: "first value" }).versions([env]);
    const other = await resolver({ KEY: "second value" }).versions([env]);
    expect(one).not.toEqual(other);
    expect(JSON.stringify([one, other])).not.toContain("value");
  });

  it("show a rotation in the inputs of the program's resources, for two of them in one call", async () => {
    const args = { connection: { password: { ssm: "/test/root" } }, key: { ssm: "/test/key" } };
    const declared = async (): Promise<unknown> => {
      await learnSecretVersions(stackSecrets({ region: "us-west-2", ...ssmDefaults }), [args]);
      return secretVersionsOf(args).inputs;
    };
    await put("/test/root", "one");
    await put("/test/key", "one");
    const before = await declared();
    expect(gateway.calls).toEqual(["AmazonSSM.GetParameters"]);
    await put("/test/root", "two");
    expect(before).toEqual({ secretVersions: { "ssm:/test/root": "1", "ssm:/test/key": "1" } });
    expect(await declared()).toEqual({
      secretVersions: { "ssm:/test/root": "2", "ssm:/test/key": "1" },
    });
  });

  it("are read in the end when the store throttles", async () => {
    await put("/test/busy", "patience");
    gateway.refuseNext(2, "ThrottlingException");
    expect((await resolver().resolve({ ssm: "/test/busy" })).reveal()).toBe("patience");
    expect(gateway.calls).toHaveLength(3);
  });

  it("fail with the tries when it throttles for too long", async () => {
    gateway.refuseNext(4, "ThrottlingException");
    const message = await messageOf(resolver().resolve({ ssm: "/test/busy" }));
    expect(message).toContain("still throttled after 4 tries");
  });

  it("name the path and the permission when access is denied, and ask once", async () => {
    gateway.refuseNext(1, "AccessDeniedException");
    const message = await messageOf(resolver().resolve({ ssm: "/pve1/bmc/node1" }));
    expect(message).toContain("/pve1/bmc/node1");
    expect(message).toContain("ssm:GetParameters");
    expect(message).toContain("kms:Decrypt");
    expect(gateway.calls).toHaveLength(1);
  });

  it("name every parameter that is missing, and the region that was asked", async () => {
    const secrets = resolver();
    const message = await messageOf(
      Promise.all([secrets.resolve({ ssm: "/none/a" }), secrets.resolve({ ssm: "/none/b" })]),
    );
    expect(message).toContain("/none/a");
    expect(message).toContain("/none/b");
    expect(message).toContain("SSM in us-west-2");
  });

  describe("that need a role", () => {
    const role = "arn:aws:iam::123456789012:role/deploy";
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), "aws-"));
      writeFileSync(
        path.join(folder, "credentials"),
        "[ops]\naws_access_key_id = ops-key\naws_secret_access_key = ops-secret\n",
      );
      vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", path.join(folder, "credentials"));
      vi.stubEnv("AWS_CONFIG_FILE", path.join(folder, "config"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const read = (options: SsmOptions) =>
      new ParameterStore({ region: "us-west-2", ...options }, systemClock, {
        ...policies.secrets,
        attempts: 1,
      }).read(["/test/role"], "values");

    it("are read as that role, which the profile's identity assumes", async () => {
      const assumers: string[] = [];
      const sts = http.createServer((incoming, outgoing) => {
        assumers.push(/Credential=([^/]+)/.exec(incoming.headers.authorization ?? "")?.[1] ?? "");
        incoming.pipe(
          http.request(moto.url, { method: "POST", headers: incoming.headers }, (answer) => {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
          }),
        );
      });
      vi.stubEnv("AWS_ENDPOINT_URL_STS", await listening(sts));
      await put("/test/role", "for the role");
      gateway.signers.length = 0;
      const found = await read({ role, profile: "ops" });
      expect(found.get("/test/role")?.value).toBe("for the role");
      expect(assumers).toEqual(["ops-key"]);
      expect(gateway.signers).toHaveLength(1);
      expect(["test", "ops-key", ""]).not.toContain(gateway.signers[0]);
      sts.close();
    });

    it("say which role may not be assumed, and what would allow it", async () => {
      const sts = http.createServer((_incoming, outgoing) => {
        outgoing.writeHead(403, { "content-type": "text/xml" });
        outgoing.end(
          "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for you</Message></Error></ErrorResponse>",
        );
      });
      vi.stubEnv("AWS_ENDPOINT_URL_STS", await listening(sts));
      const message = await messageOf(read({ role }));
      expect(message).toContain(`the role ${role} may not be assumed`);
      expect(message).toContain("sts:AssumeRole");
      expect(gateway.calls).toEqual([]);
      sts.close();
    });

    it("say that there are no credentials when the profile does not exist", async () => {
      const message = await messageOf(read({ role, profile: "nobody" }));
      expect(message).toContain("no usable AWS credentials");
      expect(message).toContain("AWS_PROFILE");
    });
  });

  it("to the stack's configuration and the environment say how to set what is missing", async () => {
    expect((await resolver().resolve({ pulumi: "apiKey" })).reveal()).toBe("from the stack");
    expect(await messageOf(resolver().resolve({ pulumi: "other" }))).toContain(
      "pulumi config set --secret proxmox-ha:other",
    );
    expect(await messageOf(resolver().resolve({ env: "NOT_SET" }))).toContain(
      "the variable NOT_SET is not set",
    );
  });
});
