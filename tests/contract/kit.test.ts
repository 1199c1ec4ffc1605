import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PROVIDER_KEY } from "../../dynamic-providers/kit/engine.js";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { eventually } from "../../twin/testing/index.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

const common = { adopt: false, consent: {}, secretVersions: {} };
let provider: ProviderProcess;
let folder: string;
let file: string;

beforeAll(async () => {
  provider = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: "/dev/null" } });
});
afterAll(() => provider.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-kit-"));
  file = path.join(folder, "vault.json");
  return () => rmSync(folder, { recursive: true, force: true });
});

function props(exported: "vault" | "gate", values: JsonObject): JsonObject {
  const text = `exports.handler=()=>require("./tests/support/vault-kind.cjs").${exported}`;
  return { ...common, file, ...values, [PROVIDER_KEY]: text };
}

const vault = (...names: string[]): JsonObject => props("vault", { names });
const gate = (values: JsonObject = {}): JsonObject => props("gate", { owner: "root", ...values });

const failureOf = (work: Promise<unknown>): Promise<ProviderFailure> =>
  thrownBy(ProviderFailure, work);

const inVault = (): unknown => JSON.parse(readFileSync(file, "utf8"));

describe("consent", () => {
  it.each([
    ["missing", {}, "does not consent"],
    ["for something else", { other: "2999-01-01" }, "does not consent"],
    ["expired", { gold: "2020-01-31" }, "the consent ended on 2020-01-31"],
  ])("that is %s keeps the data", async (_word, consent, words) => {
    const { id, outs } = await provider.create(vault("gold", "silver"));
    const failure = await failureOf(provider.update(id, outs, { ...vault("silver"), consent }));
    expect(failure.message).toContain(words);
    expect(failure.message).toContain('consent: {"gold":');
    expect(inVault()).toEqual(["gold", "silver"]);
    await failureOf(provider.delete(id, { ...outs, consent }));
    expect(inVault()).toEqual(["gold", "silver"]);
  });

  it("that is given and shown as a change lets exactly that go", async () => {
    const { id, outs } = await provider.create(vault("gold", "silver"));
    const agreed = { ...vault("silver"), consent: { gold: "2999-01-01" } };
    expect(await provider.diff(id, outs, agreed)).toMatchObject({ changes: true });
    await provider.update(id, outs, agreed);
    expect(inVault()).toEqual(["silver"]);
  });
});

describe("a partial failure", () => {
  it("keeps what was done, shows a fault with its stack, and is finished by the next update", async () => {
    const failure = await failureOf(provider.create({ ...vault("a", "b"), breakAfter: 1 }));
    expect(inVault()).toEqual(["a"]);
    expect(failure.message).toContain("fault in proxmox-ha itself");
    expect(failure.message).toContain("the test broke this");
    expect(failure.message).toContain("vault-kind.cjs");
    expect(failure.kept?.id).toBe(file);
    expect(failure.kept?.properties[PROVIDER_KEY]).toContain("vault-kind");
    const { outs } = await provider.update(file, failure.kept?.properties ?? {}, vault("a", "b"));
    expect(inVault()).toEqual(["a", "b"]);
    expect(outs).toMatchObject({ found: ["a", "b"], drift: [], schemaVersion: 2 });
  });
});

describe("state of an older version", () => {
  it("is brought to the present shape before a comparison, a refresh and a removal", async () => {
    writeFileSync(file, '["a","b"]');
    const { names: _names, ...old } = vault();
    const kept = {
      ...old,
      list: "a,b",
      schemaVersion: 1,
      consent: { a: "2999-01-01", b: "2999-01-01" },
    };
    const same = { ...vault("a", "b"), consent: kept.consent };
    expect(await provider.diff(file, kept, same)).toMatchObject({ changes: false });
    const { props: read } = await provider.read(file, kept);
    expect(read).toMatchObject({ names: ["a", "b"], schemaVersion: 2, drift: [] });
    await provider.delete(file, kept);
    expect(inVault()).toEqual([]);
  });
});

describe("a gate", () => {
  it("opens when its condition holds", async () => {
    const opening = provider.create(gate());
    writeFileSync(file, "");
    expect((await opening).outs).toMatchObject({ saw: [`looked for ${file}`] });
  });

  it("that stays shut says what it measured and what to do", async () => {
    const failure = await failureOf(provider.create(gate({ deadlineSeconds: 1 })));
    expect(failure.message).toContain(`looked for ${file}`);
    expect(failure.message).toContain(`Make ${file}.`);
    expect(failure.kept).toBeUndefined();
  });

  it("that has gained an input is compared, refreshed, measured and removed as one that has passed", async () => {
    const { owner: _owner, ...before } = gate();
    const kept = { ...before, saw: ["it was there"], schemaVersion: 1 };
    expect(await provider.diff(file, kept, gate())).toMatchObject({ changes: false });
    expect(await provider.diff(file, kept, gate({ owner: "daemon" }))).toMatchObject({
      changes: true,
    });
    const { props: read } = await provider.read(file, kept);
    expect(read).toMatchObject({ owner: "root", saw: ["it was there"], schemaVersion: 2 });
    expect(await provider.diff(file, read, gate())).toMatchObject({ changes: false });
    writeFileSync(file, "");
    const { outs } = await provider.update(file, kept, gate({ owner: "daemon" }));
    expect(outs).toMatchObject({ owner: "daemon", saw: [`looked for ${file}`], schemaVersion: 2 });
    await provider.delete(file, kept);
  });
});

describe("an interrupt", () => {
  it("stops the waiting, says what still runs where, keeps what was done, and ends the process", async () => {
    const sshd = await startSshd();
    const own = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: "/dev/null" } });
    try {
      const { inputs } = await own.check("host/files", {
        connection: sshd.connection(),
        set: `cancel-${process.pid}`,
        files: { [path.join(folder, "one")]: { content: "1" } },
        reload: `touch ${folder}/reloading; sleep 30`,
      });
      const failing = failureOf(own.create(inputs));
      await eventually(
        () => existsSync(`${folder}/reloading`),
        () => "the step did not begin",
      );
      own.process.kill("SIGINT");
      const failure = await failing;
      expect(failure.message).toContain('still running: "put files in place" on frege');
      expect(failure.kept?.id).toBe(`frege:cancel-${process.pid}`);
      await eventually(
        () => own.process.exitCode !== null,
        () => "the process did not end",
        5_000,
      );
    } finally {
      await own.stop();
      sshd.stop();
    }
  });
});
