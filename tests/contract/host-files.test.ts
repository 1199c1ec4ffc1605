import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

const CANARY = "canary-7f3a9d51c0de";
const QUOTED = 'a "quoted" back\\slash $& value';
const KIND = "host/files";

let sshd: TestSshd;
let provider: ProviderProcess;
let folder: string;
let runLog: string;

beforeAll(async () => {
  sshd = await startSshd();
  runLog = path.join(sshd.folder, "run.jsonl");
  provider = await ProviderProcess.start({
    env: { PROXMOX_HA_RUN_LOG: runLog, PROXMOX_HA_TRACE: "1", CANARY, QUOTED },
    config: { "proxmox-ha:apiKey": `${CANARY}-from-config` },
  });
});

afterAll(async () => {
  await provider.stop();
  sshd.stop();
});

let count = 0;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-files-"));
  count++;
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Wish {
  readonly files: Readonly<Record<string, object>>;
  readonly adopt?: boolean;
  readonly set?: string;
  readonly validate?: string;
  readonly reload?: string;
}

/** Inputs as the engine holds them after check. */
async function checked(wish: Wish): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(KIND, {
    connection: sshd.connection(),
    set: `test-${count}`,
    ...wish,
  });
  expect(failures).toEqual([]);
  return inputs;
}

const failureOf = (work: Promise<unknown>): Promise<ProviderFailure> =>
  thrownBy(ProviderFailure, work);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const at = (name: string): string => path.join(folder, name);

describe("host/files through the provider process", () => {
  it("writes a file that comes with the program, and no other text than the one that was meant", async () => {
    const license = readFileSync("LICENSE", "utf8");
    const source = { path: "LICENSE", sha256: sha256(license) };
    const inputs = await checked({ files: { [at("license")]: { source } } });
    const { id, outs } = await provider.create(inputs);
    expect(readFileSync(at("license"), "utf8")).toBe(license);
    expect(JSON.stringify(outs)).not.toContain("Apache");
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    await provider.delete(id, outs);
    const other = await checked({
      files: { [at("license")]: { source: { ...source, sha256: sha256("another") } } },
    });
    const failure = await failureOf(provider.create(other));
    expect(failure.message).toMatch(/LICENSE of this program.*changed since the run began/);
    expect(() => statSync(at("license"))).toThrow();
  });

  it("refuses a file that has a text and a source, or neither", async () => {
    const { failures } = await provider.check(KIND, {
      connection: sshd.connection(),
      set: "both",
      files: { [at("one")]: {} },
    });
    expect(JSON.stringify(failures)).toMatch(/either `content` or `source`/);
  });

  it("writes files, finds nothing to do afterwards, and takes them away again", async () => {
    const inputs = await checked({
      files: { [at("one")]: { content: "one\n", mode: "0600" }, [at("deep/two")]: { content: "" } },
    });
    const { id, outs } = await provider.create(inputs);
    expect(id).toBe(`frege:test-${count}`);
    expect(readFileSync(at("one"), "utf8")).toBe("one\n");
    expect(statSync(at("one")).mode & 0o777).toBe(0o600);
    expect(statSync(at("deep/two")).mode & 0o777).toBe(0o644);
    expect(outs.adopted).toBe(false);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false, replaces: [] });
    const read = await provider.read(id, outs);
    expect(read.props.drift).toEqual([]);
    await provider.delete(id, read.props);
    expect(() => statSync(at("one"))).toThrow();
    await provider.delete(id, read.props);
  });

  it("takes over equal files without writing, and leaves them when it goes", async () => {
    writeFileSync(at("one"), "same\n", { mode: 0o644 });
    const before = statSync(at("one"));
    const { id, outs } = await provider.create(
      await checked({ files: { [at("one")]: { content: "same\n" } } }),
    );
    expect(outs.adopted).toBe(true);
    expect(statSync(at("one")).ino).toBe(before.ino);
    await provider.delete(id, outs);
    expect(readFileSync(at("one"), "utf8")).toBe("same\n");
  });

  it("refuses a different file with what differs, and changes it with adopt", async () => {
    writeFileSync(at("one"), "theirs\n", { mode: 0o640 });
    const files = { [at("one")]: { content: "ours\n" } };
    const refused = await failureOf(provider.create(await checked({ files })));
    expect(refused.kept).toBeUndefined();
    expect(refused.message).toContain(`files["${at("one")}"].content`);
    expect(refused.message).toContain("0640 -> 0644");
    expect(refused.message).toContain("adopt: true");
    expect(readFileSync(at("one"), "utf8")).toBe("theirs\n");
    const { id, outs } = await provider.create(await checked({ files, adopt: true }));
    expect(readFileSync(at("one"), "utf8")).toBe("ours\n");
    await provider.delete(id, outs);
    expect(readFileSync(at("one"), "utf8")).toBe("theirs\n");
    expect(statSync(at("one")).mode & 0o777).toBe(0o640);
  });

  it("sees a file changed by hand at a refresh and puts it right at the next update", async () => {
    const inputs = await checked({ files: { [at("one")]: { content: "one\n" } } });
    const { id, outs } = await provider.create(inputs);
    writeFileSync(at("one"), "by hand\n");
    const { props } = await provider.read(id, outs);
    expect(JSON.stringify(props.drift)).toContain("content");
    expect(await provider.diff(id, props, inputs)).toMatchObject({ changes: true, replaces: [] });
    const updated = await provider.update(id, props, inputs);
    expect(readFileSync(at("one"), "utf8")).toBe("one\n");
    expect(await provider.diff(id, updated.outs, inputs)).toMatchObject({ changes: false });
  });

  it("puts back what was there when a file leaves the list", async () => {
    writeFileSync(at("one"), "original\n");
    const both = await checked({
      files: { [at("one")]: { content: "1" }, [at("two")]: { content: "2" } },
      adopt: true,
    });
    const { id, outs } = await provider.create(both);
    const fewer = await checked({ files: { [at("two")]: { content: "2" } }, adopt: true });
    expect(await provider.diff(id, outs, fewer)).toMatchObject({ changes: true });
    await provider.update(id, outs, fewer);
    expect(readFileSync(at("one"), "utf8")).toBe("original\n");
    expect(readFileSync(at("two"), "utf8")).toBe("2");
  });

  it("replaces when the set's name changes, the old one first", async () => {
    const inputs = await checked({ files: { [at("one")]: { content: "1" } } });
    const { id, outs } = await provider.create(inputs);
    expect(await provider.diff(id, outs, { ...inputs, set: "other" })).toEqual({
      changes: true,
      replaces: ["set"],
      deleteBeforeReplace: true,
    });
  });

  it("lets unknown values through a preview", async () => {
    const news = {
      connection: sshd.connection(),
      set: pulumi.runtime.unknownValue,
      files: { [at("one")]: { content: pulumi.runtime.unknownValue } },
    };
    const { inputs, failures } = await provider.check(KIND, news);
    expect(failures).toEqual([]);
    expect(inputs.adopt).toBe(false);
    const known = await checked({ files: { [at("one")]: { content: "1" } } });
    const { id, outs } = await provider.create(known);
    const later = await provider.check(KIND, { ...news, set: `test-${count}` });
    expect(await provider.diff(id, outs, later.inputs)).toMatchObject({
      changes: true,
      replaces: [],
    });
  });

  it("names the property of a wrong input", async () => {
    const { failures } = await provider.check(KIND, {
      connection: sshd.connection(),
      set: "x",
      files: { [at("one")]: { content: "1", mode: "rw" } },
      colour: "red",
    });
    expect(failures.map(({ property }) => property).join()).toContain("mode");
    expect(JSON.stringify(failures)).toContain("colour");
  });

  it("brings the old files back when the check of the new ones fails, and finishes next time", async () => {
    const good = await checked({ files: { [at("one")]: { content: "good" } } });
    const { id, outs } = await provider.create(good);
    const bad = await checked({
      files: { [at("one")]: { content: "bad" } },
      validate: `grep -q good ${at("one")} || { echo not good enough; exit 1; }`,
    });
    const failed = await failureOf(provider.update(id, outs, bad));
    expect(failed.message).toContain("not good enough");
    expect(failed.kept?.id).toBe(id);
    expect(failed.kept?.properties.__provider).toBe(outs.__provider);
    expect(readFileSync(at("one"), "utf8")).toBe("good");
    const kept = failed.kept?.properties ?? {};
    expect(await provider.diff(id, kept, bad)).toMatchObject({ changes: true });
    const { outs: last } = await provider.update(id, kept, good);
    expect(await provider.diff(id, last, good)).toMatchObject({ changes: false });
  });

  it("keeps what was created when a later part fails, and repeats that part alone", async () => {
    const inputs = await checked({
      files: { [at("one")]: { content: "1" } },
      reload: `test -e ${at("ready")} && echo x >> ${at("reloads")}`,
    });
    const failed = await failureOf(provider.create(inputs));
    expect(failed.kept?.id).toBe(`frege:test-${count}`);
    expect(readFileSync(at("one"), "utf8")).toBe("1");
    writeFileSync(at("ready"), "");
    const kept = failed.kept?.properties ?? {};
    const { outs } = await provider.update(`frege:test-${count}`, kept, inputs);
    expect(readFileSync(at("reloads"), "utf8")).toBe("x\n");
    expect(outs.drift).toEqual([]);
    await provider.update(`frege:test-${count}`, outs, inputs);
    expect(readFileSync(at("reloads"), "utf8")).toBe("x\n");
  });

  it("writes secrets into the file and nowhere else", async () => {
    const inputs = await checked({
      files: {
        [at("secret")]: {
          content: "a={{FROM_ENV}}\nb={{FROM_CONFIG}}\n",
          secrets: { FROM_ENV: { env: "CANARY" }, FROM_CONFIG: { pulumi: "apiKey" } },
          mode: "0600",
        },
      },
    });
    const { id, outs } = await provider.create(inputs);
    expect(readFileSync(at("secret"), "utf8")).toBe(`a=${CANARY}\nb=${CANARY}-from-config\n`);
    const read = await provider.read(id, outs);
    expect(read.props.drift).toEqual([]);
    writeFileSync(at("secret"), "gone");
    const drifted = await provider.read(id, outs);
    expect(drifted.props.drift).toHaveLength(1);
    await provider.update(id, drifted.props, inputs);
    const everything = [
      JSON.stringify([inputs, outs, read, drifted]),
      provider.output(),
      readFileSync(runLog, "utf8"),
    ].join();
    expect(everything).not.toContain(CANARY);
    expect(everything).not.toContain(Buffer.from(CANARY).toString("base64"));
    expect(provider.output()).toContain("look at files");
  });

  it("writes secrets into JSON so that they are read as they are", async () => {
    const path = at("secret.json");
    const inputs = await checked({
      files: {
        [path]: { content: '{"password": "{{QUOTED}}"}', secrets: { QUOTED: { env: "QUOTED" } } },
      },
    });
    const { outs } = await provider.create(inputs);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ password: QUOTED });
    expect(outs.drift).toEqual([]);
  });

  it("logs each remote step with host, resource, duration and whether it changed something", () => {
    const steps = readFileSync(runLog, "utf8")
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(steps).toContainEqual(
      expect.objectContaining({
        host: "frege",
        verb: "put files in place",
        changed: true,
        outcome: "ok",
        durationMs: expect.any(Number),
        bytes: expect.any(Number),
      }),
    );
    expect(steps).toContainEqual(
      expect.objectContaining({ verb: "look at files", changed: false }),
    );
  });

  it("keeps a hundred resources below 300 kB of state", async () => {
    const inputs = await checked({ files: { [at("one")]: { content: "x".repeat(400) } } });
    const { outs } = await provider.create(inputs);
    const perResource = JSON.stringify({ inputs, outputs: outs }, null, 4).length + 600;
    expect(perResource * 100).toBeLessThan(300_000);
  });
});
