import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { type StandInNode, startStandIn } from "../../twin/testing/index.js";
import { ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

const KIND = "datacenter/target";
const PASSWORD = "canary-Gr8 p'a$$";
const TOKEN = "canary-A1b2C3";
const encoded = (text: string): string => Buffer.from(text).toString("base64");

let standIn: StandInNode;
let sshd: TestSshd;
let provider: ProviderProcess;
let runLog: string;
let target: string;
let count = 0;

beforeAll(async () => {
  standIn = await startStandIn("frege", ["Sys.Audit", "Sys.Modify", "Mapping.Modify"]);
  sshd = await startSshd({ proxmox: standIn });
  runLog = path.join(sshd.folder, "run.jsonl");
  provider = await ProviderProcess.start({
    env: { PROXMOX_HA_RUN_LOG: runLog, PROXMOX_HA_TRACE: "1", MAIL_WORD: PASSWORD },
    config: { "proxmox-ha:token": TOKEN, "proxmox-ha:other": `${TOKEN}-other` },
  });
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  await standIn.stop();
});
beforeEach(() => {
  count++;
  target = `t${count}`;
});

const RELAY = {
  type: "smtp",
  keys: {
    server: "mail.home.example",
    mode: "tls",
    username: "pve",
    "from-address": "pve@home.example",
    mailto: ["ops@home.example", "more@home.example"],
  },
  secrets: { password: { env: "MAIL_WORD" } },
};
const HOOK = {
  type: "webhook",
  keys: { url: "https://chat.home.example/x", method: "post" },
  headers: [{ name: "Authorization", value: "Bearer {{ secrets.token }}" }],
  body: '{"text": "{{ escape message }}"}',
  secrets: { token: { pulumi: "token" } },
};

async function checked(wish: object): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(KIND, {
    cluster: "ms01",
    connection: sshd.connection(),
    apiPort: standIn.apiPort,
    account: "proxmox-ha@pve!program",
    target,
    ...wish,
  });
  expect(failures).toEqual([]);
  return inputs;
}

const kept = (): string => readFileSync(`${standIn.etcPve}/priv/notifications.cfg`, "utf8");
const open = (): string => readFileSync(`${standIn.etcPve}/notifications.cfg`, "utf8");
const section = (text: string): string =>
  text.split("\n\n").find((one) => one.split("\n")[0]?.endsWith(`: ${target}`)) ?? "";
const keepAs = (from: string, to: string): void =>
  writeFileSync(
    `${standIn.etcPve}/priv/notifications.cfg`,
    kept().replace(from, () => to),
  );

describe("a mail server as a target", () => {
  it("is made with its password, and is as wanted the second time", async () => {
    const inputs = await checked(RELAY);
    const { id, outs } = await provider.create(inputs);
    expect(section(open())).toContain("\tserver mail.home.example");
    expect(section(kept()).trim()).toBe(`smtp: ${target}\n\tpassword ${PASSWORD}`);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({ drift: [] });
  });

  it("gets another port and another password without losing what others set", async () => {
    const { id, outs } = await provider.create(await checked(RELAY));
    writeFileSync(
      `${standIn.etcPve}/notifications.cfg`,
      open().replace(`smtp: ${target}\n`, `smtp: ${target}\n\tcomment by hand\n`),
    );
    keepAs(`smtp: ${target}\n\tpassword ${PASSWORD}`, `smtp: ${target}\n\tpassword old`);
    await provider.update(
      id,
      outs,
      await checked({ ...RELAY, keys: { ...RELAY.keys, port: "2465" } }),
    );
    expect(section(open())).toContain("\tport 2465");
    expect(section(open())).toContain("\tcomment by hand");
    expect(section(kept())).toContain(`\tpassword ${PASSWORD}`);
  });

  it("without an account any more loses account and password", async () => {
    const { id, outs } = await provider.create(await checked(RELAY));
    const { username: _username, ...keys } = RELAY.keys;
    await provider.update(id, outs, await checked({ ...RELAY, keys, secrets: {} }));
    expect(section(kept())).toBe("");
    expect(section(open())).not.toContain("username");
  });

  it("of somebody else with another password is refused, and taken over where the stack adopts", async () => {
    const inputs = await checked(RELAY);
    await provider.create(inputs);
    keepAs(`smtp: ${target}\n\tpassword ${PASSWORD}`, `smtp: ${target}\n\tpassword old`);
    await expect(provider.create(inputs)).rejects.toThrow(/secret password.*adopt: true/s);
    expect(section(kept())).toContain("password old");
    await provider.create(await checked({ ...RELAY, adopt: true }));
    expect(section(kept())).toContain(PASSWORD);
  });

  it("that is gone, or whose password is gone, shows in a refresh", async () => {
    const { id, outs } = await provider.create(await checked(RELAY));
    keepAs(`smtp: ${target}\n\tpassword ${PASSWORD}`, `smtp: ${target}`);
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual(["secret password: absent -> as the stack file's reference says"]);
    await provider.delete(id, outs);
    await provider.delete(id, outs);
    expect(section(open())).toBe("");
    expect(await provider.read(id, outs)).toMatchObject({ id: "" });
  });
});

describe("Gotify as a target", () => {
  it("is made with its token, which a rotation replaces", async () => {
    const wish = { type: "gotify", keys: { server: "https://push.home.example" } };
    const { id, outs } = await provider.create(
      await checked({ ...wish, secrets: { token: { pulumi: "token" } } }),
    );
    expect(section(kept())).toContain(`\ttoken ${TOKEN}`);
    const news = await checked({ ...wish, secrets: { token: { pulumi: "other" } } });
    expect(await provider.diff(id, outs, news)).toMatchObject({ changes: true });
    await provider.update(id, outs, news);
    expect(section(kept()).trim()).toBe(`gotify: ${target}\n\ttoken ${TOKEN}-other`);
  });
});

describe("a webhook as a target", () => {
  it("is made with encoded texts and secrets", async () => {
    const inputs = await checked(HOOK);
    const { id, outs } = await provider.create(inputs);
    expect(section(open())).toContain(`\tbody ${encoded(HOOK.body)}`);
    expect(section(open())).toContain(
      `\theader name=Authorization,value=${encoded("Bearer {{ secrets.token }}")}`,
    );
    expect(section(kept()).trim()).toBe(
      `webhook: ${target}\n\tsecret name=token,value=${encoded(TOKEN)}`,
    );
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("keeps the secrets of others, drops its own, and drops the last", async () => {
    const { id, outs } = await provider.create(await checked(HOOK));
    const foreign = `secret name=theirs,value=${encoded("x")}`;
    keepAs(`webhook: ${target}\n`, `webhook: ${target}\n\t${foreign}\n`);
    const renamed = await checked({ ...HOOK, secrets: { key: { pulumi: "other" } } });
    const { outs: later } = await provider.update(id, outs, renamed);
    expect(section(kept())).toContain(foreign);
    expect(section(kept())).toContain(`secret name=key,value=${encoded(`${TOKEN}-other`)}`);
    expect(section(kept())).not.toContain("name=token");
    keepAs(`\t${foreign}\n`, "");
    await provider.update(id, later, await checked({ ...HOOK, secrets: {} }));
    expect(section(kept())).toBe("");
  });
});

describe("a secret", () => {
  it("stands in no state, no log, no output and no file that the API shows", async () => {
    const { outs } = await provider.create(await checked(RELAY));
    target = `${target}-hook`;
    const { outs: hook } = await provider.create(await checked(HOOK));
    const everything = [JSON.stringify([outs, hook]), readFileSync(runLog, "utf8"), open()].join();
    const said = everything + provider.output();
    for (const value of [PASSWORD, TOKEN]) {
      for (const form of [value, encodeURIComponent(value), encoded(value)]) {
        expect(said).not.toContain(form);
      }
    }
    expect(provider.output()).toContain("[secret]");
  });

  it("that cannot be kept as one line is refused before anything is written", async () => {
    const own = await ProviderProcess.start({
      env: { PROXMOX_HA_RUN_LOG: "/dev/null", MAIL_WORD: "two\nlines" },
    });
    try {
      await expect(own.create(await checked(RELAY))).rejects.toThrow(
        /password of notification target .*one line/s,
      );
      expect(section(open())).toBe("");
    } finally {
      await own.stop();
    }
  });
});

describe("an account", () => {
  it("that lacks the privilege, or that the cluster does not know, is named in the error", async () => {
    await expect(
      provider.create(await checked({ ...RELAY, account: "nobody@pve!program" })),
    ).rejects.toThrow(/as nobody@pve!program.*keeps no token.*refresh/s);
    const poor = await startStandIn("frege", ["Sys.Audit", "Sys.Modify"]);
    const host = await startSshd({ proxmox: poor });
    try {
      const inputs = await checked({
        ...RELAY,
        connection: host.connection(),
        apiPort: poor.apiPort,
      });
      await expect(provider.create(inputs)).rejects.toThrow(/Mapping\.Modify/);
    } finally {
      host.stop();
      await poor.stop();
    }
  });
});
