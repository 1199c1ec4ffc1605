import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  optionChanges,
  otherPlace,
  STORAGES,
  type StorageFacts,
} from "../../../../dynamic-providers/pvesm/definition.js";
import {
  addScript,
  comparison,
  secretLines,
  setScript,
} from "../../../../dynamic-providers/pvesm/definition-scripts.js";
import { planStorage } from "../../../../dynamic-providers/pvesm/storage/plan.js";
import { storageInputs } from "../../../../dynamic-providers/pvesm/storage/schema.js";
import { answersOf, scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";

const connection = {
  host: "10.30.0.11",
  node: "pve1-node1",
  hostKey: "trust-first-use",
  knownHostsFile: "known_hosts",
  auth: { keyFile: "id" },
};
const wanted = storageInputs.parse({
  cluster: "pve1",
  connection,
  connections: [connection],
  storage: "pbs-pve1",
  type: "pbs",
  place: "pbs 10.30.0.50:pve1",
  shared: true,
  fixed: { server: "10.30.0.50", datastore: "pve1" },
  options: { content: "backup", disable: "0", username: "pve1@pbs!backup" },
  password: { ssm: "/pve1/backup/pbs_token" },
  encryptionKey: { ssm: "/pve1/backup/encryption_key" },
});
const there = {
  storage: "pbs-pve1",
  type: "pbs",
  server: "10.30.0.50",
  datastore: "pve1",
  content: "backup",
  username: "pve1@pbs!backup",
};
const facts = (more: Partial<StorageFacts> = {}): StorageFacts => ({
  found: there,
  password: "same",
  encryptionKey: "same",
  ...more,
});

describe("a storage's definition", () => {
  it("is as wanted whatever the order of lists, and with switches that are off left out", () => {
    expect(
      optionChanges(
        { content: "iso,backup", "prune-backups": "keep-daily=7,keep-last=3", disable: "0" },
        { content: "backup,iso", "prune-backups": "keep-last=3,keep-daily=7" },
        {},
      ),
    ).toEqual([]);
  });

  it("loses options that were wanted before, and keeps those of others", () => {
    expect(
      optionChanges(
        { content: "backup" },
        { content: "backup", namespace: "old", "max-protected-backups": "5" },
        { content: "backup", namespace: "old" },
      ),
    ).toEqual([{ key: "namespace", from: "old", to: undefined }]);
  });

  it("is another one at another server", () => {
    expect(
      otherPlace(
        { id: "pbs-pve1", type: "pbs", fixed: { server: "10.30.0.51" }, options: {} },
        there,
      ),
    ).toEqual([{ key: "server", from: "10.30.0.50", to: "10.30.0.51" }]);
  });

  it("is read from what the cluster lists", () => {
    const text = '[{"storage":"a","type":"dir","shared":1,"x":{}}]';
    expect(STORAGES.read({ status: 0, text, errors: "" })).toEqual([
      { storage: "a", type: "dir", shared: "1" },
    ]);
  });
});

describe("what has to happen to a storage", () => {
  it("is nothing when all is there", () => {
    expect(planStorage(wanted, facts(), undefined)).toEqual([]);
  });

  it("is its definition when it is absent", () => {
    const changes = planStorage(wanted, facts({ found: undefined }), undefined);
    expect(changes.map(({ kind, to }) => [kind, to])).toEqual([["add", "pbs 10.30.0.50:pve1"]]);
  });

  it("is a change of what differs, which a new resource makes only when it may adopt", () => {
    const changes = planStorage(
      wanted,
      facts({ found: { ...there, content: "none" }, password: "different" }),
      undefined,
    );
    expect(changes.map(({ kind, path }) => [kind, path])).toEqual([
      ["change", "content"],
      ["change", "password"],
    ]);
  });

  it("is a consented one where backups could no longer be read", () => {
    const [change] = planStorage(wanted, facts({ encryptionKey: "different" }), undefined);
    expect(change?.consent).toBe("storage.pbs-pve1.key");
    const [first] = planStorage(wanted, facts({ encryptionKey: "missing" }), undefined);
    expect(first?.consent).toBeUndefined();
  });

  it("is refused where a storage of the same name stands elsewhere", () => {
    expect(() =>
      planStorage(wanted, facts({ found: { ...there, server: "10.30.0.51" } }), undefined),
    ).toThrow(/server: 10\.30\.0\.51 -> 10\.30\.0\.50/);
  });

  it("is its removal when nobody wants it, and nothing when it is gone", () => {
    expect(planStorage(undefined, facts(), wanted).map(({ kind }) => kind)).toEqual(["remove"]);
    expect(planStorage(undefined, facts({ found: undefined }), wanted)).toEqual([]);
  });

  it.each(["rbd", "cephfs"])("is nothing when nobody wants one of %s, whose data stay", (type) => {
    expect(planStorage(undefined, facts(), { ...wanted, type, place: `${type} x` })).toEqual([]);
  });
});

describe("secrets of a storage", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "pvesm-"));
    const pvesm = `#!/bin/bash
printf '%s\\n' "$*" > ${folder}/arguments
for word in "$@"; do
  test "$last" = --encryption-key && cat "$word" > ${folder}/key
  last=$word
done
cat > ${folder}/password
`;
    writeFileSync(path.join(folder, "pvesm"), pvesm);
    chmodSync(path.join(folder, "pvesm"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const run = (shell: string, script: string, secrets: Parameters<typeof secretLines>[0]): void => {
    execFileSync(shell, ["-c", script], {
      input: secretLines(secrets),
      env: { SHLVL: "1", PATH: `${folder}:${process.env.PATH ?? ""}` },
    });
  };
  const wish = {
    id: "pbs-pve1",
    type: "pbs",
    fixed: { server: "10.30.0.50" },
    options: { content: "backup" },
  };
  const secrets = { password: "it's $a `quoted` word", encryptionKey: '{\n  "data": "k=="\n}' };

  it.each(["bash", "dash"])("reach pvesm by descriptors and never as arguments (%s)", (shell) => {
    run(shell, addScript(wish, { password: true, encryptionKey: true }), secrets);
    expect(read("arguments").trim()).toBe(
      "add pbs pbs-pve1 --content backup --server 10.30.0.50 --encryption-key /dev/fd/3 --password",
    );
    expect(read("password")).toBe("it's $a `quoted` word\n");
    expect(JSON.parse(read("key"))).toEqual({ data: "k==" });
  });

  it("stay where they are when only an option changes", () => {
    const none = { password: false, encryptionKey: false };
    run("bash", setScript("pbs-pve1", { content: "backup" }, ["namespace"], none), secrets);
    expect(read("arguments").trim()).toBe("set pbs-pve1 --content backup --delete namespace");
    expect(read("password")).toBe("");
  });

  it("are compared on the host, which prints no more than the verdict", () => {
    const kept = comparison(wish);
    const parts = [STORAGES, kept];
    const script = scriptOf(parts).replaceAll("/etc/pve/priv/storage", folder);
    writeFileSync(path.join(folder, "pvesh"), "#!/bin/sh\necho '[]'\n");
    chmodSync(path.join(folder, "pvesh"), 0o755);
    const look = (given: Parameters<typeof secretLines>[0]) => {
      const stdout = execFileSync("bash", ["-c", script], {
        encoding: "utf8",
        input: secretLines(given),
        env: { SHLVL: "1", PATH: `${folder}:${process.env.PATH ?? ""}` },
      });
      const said = answersOf(
        parts,
        { status: 0, signal: undefined, stdout, stderr: "" },
        { tried: "to look", node: "frege", doNext: "Look again." },
      );
      return { storages: said.of(STORAGES), ...said.of(kept) };
    };
    expect(look(secrets)).toEqual({
      storages: [],
      password: "missing",
      encryptionKey: "missing",
    });
    writeFileSync(path.join(folder, "pbs-pve1.pw"), `${secrets.password}\n`);
    writeFileSync(path.join(folder, "pbs-pve1.enc"), '{"data":"k=="}');
    expect(look(secrets)).toMatchObject({ password: "same", encryptionKey: "same" });
    expect(look({ ...secrets, password: "other" })).toMatchObject({ password: "different" });
    expect(look({})).toMatchObject({ password: "not compared", encryptionKey: "not compared" });
  });

  it("of an SMB share lie behind a word of the mount helper", () => {
    expect(comparison({ ...wish, type: "cifs" }).command).toContain("s/^password=//p");
  });
});
