import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll } from "../../../twin/testing/index.js";
import { PairStack } from "../support/pair-stack.js";
import { askStore } from "../support/parameter-store.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster of two nodes that tells the parameter store of itself, and whose notifications need secrets from there. */
let twin: ProgramTwin;
const stack = new PairStack();

const SSM = "secrets:\n      ssm: { region: us-west-2, prefix: /pair }\n";
const PUBLISHING = "secrets:\n      ssm: { region: us-west-2, prefix: /pair, publish: true }\n";
const WITHOUT_QDEVICE: readonly [string, string] = [
  `      qdevice:
        address: 10.20.0.5
        password: { ssm: /pair/qdevice/root_password }
`,
  "      evenNodesAccepted: true\n",
];
const NOTIFICATIONS = `
    datacenter:
      notifications:
        smtp:
          relay:
            server: mail.home.example
            username: pve
            password: { ssm: /pair/notifications/mail }
            from: pve@home.example
            to: [ops@home.example]
        webhook:
          chat:
            url: https://chat.home.example/hooks/pve
            headers: { Authorization: "Bearer {{ secrets.token }}" }
            body: "{{ message }}"
            secrets: { token: { ssm: /pair/notifications/chat } }
        matchers:
          trouble: { targets: [relay, chat], severities: [error] }
`;

const parameters = z.array(z.object({ Name: z.string(), Type: z.string(), Value: z.string() }));

const inStore = (expression: string): Promise<string> => askStore(twin, expression);

async function published(): Promise<Record<string, string>> {
  const said = await inStore(`
const found = [];
for await (const page of ssm.paginateGetParametersByPath({ client }, { Path: "/pair", Recursive: true })) found.push(...page.Parameters);
console.log(JSON.stringify(found.filter(({ Type }) => Type !== "SecureString")));`);
  return Object.fromEntries(
    parameters.parse(JSON.parse(said)).map(({ Name, Value }) => [Name, Value]),
  );
}

const kept = (): Promise<string> => twin.on("castor", "cat /etc/pve/priv/notifications.cfg");

beforeAll(async () => {
  stack.write([[SSM, PUBLISHING], WITHOUT_QDEVICE], NOTIFICATIONS);
  twin = await ProgramTwin.up("published", "pair");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

describe("the facts of a cluster", () => {
  it("are parameters that say what the cluster says", async () => {
    const found = await published();
    expect(found).toMatchObject({
      "/pair/cluster/name": "pair",
      "/pair/cluster/nodes": "castor,pollux",
      "/pair/cluster/proxmox_major": "9",
      "/pair/cluster/endpoint": "https://10.20.0.11:8006/",
      "/pair/cluster/join_address": "10.20.0.11",
      "/pair/nodes/castor/hostname": "castor",
      "/pair/nodes/pollux/management_ip": "10.20.0.12",
      "/pair/network/management/subnet": "10.20.0.0/24",
    });
    const fingerprint = await twin.on(
      "castor",
      "openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256 | cut -d= -f2",
    );
    expect(found["/pair/cluster/fingerprint"]).toBe(fingerprint.trim());
    expect(JSON.parse(found["/pair/cluster/fingerprints"] ?? "")).toMatchObject({
      castor: fingerprint.trim(),
    });
    expect(JSON.parse(found["/pair/cluster/links"] ?? "")).toMatchObject({
      0: { network: "management", addresses: { pollux: "10.20.0.12" } },
    });
    const conf = Buffer.from(found["/pair/cluster/corosync_conf"] ?? "", "base64").toString();
    expect(conf.trim()).toBe((await twin.on("pollux", "cat /etc/pve/corosync.conf")).trim());
    for (const secret of twin.secrets()) {
      expect(JSON.stringify(found)).not.toContain(secret);
    }
  });

  it("change nothing in a second run, and are put back when somebody changed one", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toContain("nothing to change");
    expect(log.steps().filter(({ changed }) => changed)).toEqual([]);
    await inStore(`
await client.send(new ssm.PutParameterCommand({ Name: "/pair/cluster/endpoint", Type: "String", Value: "https://elsewhere/", Overwrite: true }));`);
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toContain("1 found different");
    await twin.runUp();
    expect(await published()).toMatchObject({
      "/pair/cluster/endpoint": "https://10.20.0.11:8006/",
    });
  });
});

describe("targets of notifications with secrets", () => {
  it("have the values of the store in the file that root reads, and nowhere else", async () => {
    const [mail, chat] = await Promise.all(
      ["mail", "chat"].map(async (name) => {
        const said = await inStore(
          `console.log((await client.send(new ssm.GetParameterCommand({ Name: "/pair/notifications/${name}", WithDecryption: true }))).Parameter.Value);`,
        );
        return said.trim();
      }),
    );
    const encoded = Buffer.from(chat ?? "").toString("base64");
    expect(await kept()).toContain(`smtp: relay\n\tpassword ${mail}\n`);
    expect(await kept()).toContain(`webhook: chat\n\tsecret name=token,value=${encoded}\n`);
    const shown = await twin.on(
      "pollux",
      "cat /etc/pve/notifications.cfg; pvesh get /cluster/notifications/endpoints/webhook/chat --output-format json",
    );
    const state = await twin.exportedState();
    for (const text of [mail ?? "", chat ?? "", encoded]) {
      expect(text.length).toBeGreaterThan(8);
      expect(shown + state).not.toContain(text);
    }
    expect(shown).toContain('"name=token"');
  });

  it("show a rotation in the preview, and have the new value after the next run", async () => {
    await inStore(`
await client.send(new ssm.PutParameterCommand({ Name: "/pair/notifications/mail", Type: "SecureString", Value: "rotated-word", Overwrite: true }));`);
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    expect(preview.done.stdout).toContain("relay");
    expect(preview.done.stdout).not.toContain("datacenter-target-chat");
    await twin.runUp();
    expect(await kept()).toContain("smtp: relay\n\tpassword rotated-word\n");
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });
});
