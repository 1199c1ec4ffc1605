import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  isInTwin,
  liesInFolder,
  localBackend,
  selection,
  withOneSalt,
} from "../../../toolchain/local-backend.mjs";
import environment from "../../../toolchain/pulumi-environment.cjs";

let folder = "";
let base: NodeJS.ProcessEnv = {};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backend-"));
  const cache = path.join(folder, "cache");
  mkdirSync(cache);
  base = {
    PATH: "/usr/bin",
    PROXMOX_HA_CACHE: cache,
    PROXMOX_HA_STATE: path.join(folder, "state"),
  };
  const toolchain = { environment: { PULUMI_HOME: "/cache/home" }, pathPrefix: ["/cache/pulumi"] };
  writeFileSync(path.join(cache, "toolchain.json"), JSON.stringify(toolchain));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("pulumiEnvironment", () => {
  it("puts the chosen CLI first and keeps the caller's own settings", () => {
    const env = environment.pulumiEnvironment({ ...base, PULUMI_BACKEND_URL: "s3://state" });
    expect(env.PATH).toBe("/cache/pulumi:/usr/bin");
    expect(env.PULUMI_HOME).toBe("/cache/home");
    expect(env.PULUMI_BACKEND_URL).toBe("s3://state");
  });

  it("looks for logins where the user made them", () => {
    const env = environment.pulumiEnvironment({ ...base, PULUMI_HOME: "/home/me/.pulumi" });
    expect(env.PULUMI_CREDENTIALS_PATH).toBe("/home/me/.pulumi");
  });

  it("means a relative state folder from where the caller is, wherever Pulumi runs", () => {
    const env = environment.pulumiEnvironment({ ...base, PROXMOX_HA_STATE: "state" });
    expect(env.PROXMOX_HA_STATE).toBe(path.resolve("state"));
  });

  it("says what to do before the first set-up", () => {
    const env = { ...base, PROXMOX_HA_CACHE: path.join(folder, "none") };
    expect(() => environment.pulumiEnvironment(env)).toThrow("npm run setup");
  });
});

describe("localBackend", () => {
  it("makes one passphrase, for the owner's eyes only, and keeps it", () => {
    const file = localBackend(base).PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
    const passphrase = readFileSync(file, "utf8");
    expect(passphrase.trim().length).toBeGreaterThanOrEqual(43);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    localBackend(base);
    expect(readFileSync(file, "utf8")).toBe(passphrase);
  });

  it("keeps state without the sidecars that a killed run leaves half-written", () => {
    expect(localBackend(base).PULUMI_BACKEND_URL).toBe(
      `file://${path.join(folder, "state", "pulumi")}?metadata=skip`,
    );
  });

  it("drops the empty sidecar of a killed run, and no other, in a folder of the user's own", () => {
    const stacks = path.join(folder, "mine", ".pulumi", "stacks", "proxmox-ha");
    mkdirSync(stacks, { recursive: true });
    const files = { "a.json": "{}", "a.json.attrs": "", "b.json.attrs": "{}", "c.json": "" };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(stacks, name), text);
    localBackend({ ...base, PULUMI_BACKEND_URL: `file://${path.join(folder, "mine")}` });
    expect(readdirSync(stacks).toSorted()).toEqual(["a.json", "b.json.attrs", "c.json"]);
  });

  it("leaves a back-end and a passphrase of the environment alone", () => {
    const env = localBackend({
      ...base,
      PULUMI_BACKEND_URL: "s3://x",
      PULUMI_CONFIG_PASSPHRASE: "",
    });
    expect(env.PULUMI_BACKEND_URL).toBe("s3://x");
    expect(env.PULUMI_CONFIG_PASSPHRASE_FILE).toBeUndefined();
  });
});

describe("the copy of a stack file that Pulumi gets", () => {
  const bare = "config:\n  a: 1\n";
  const mine = "encryptionsalt: v1:mine\n";
  const theirs = "encryptionsalt: v1:theirs\n";

  it("keeps the salt of this machine", () => {
    expect(withOneSalt(bare, "", false)).toBe(bare);
    expect(withOneSalt(bare, `${mine}config: {}\n`, false)).toBe(mine + bare);
  });

  it("has one salt, the committed one, where plain pulumi has left it", () => {
    expect(withOneSalt(bare + theirs, mine + bare, false)).toBe(bare + theirs);
  });

  it("has the twin's own salt in a twin", () => {
    expect(withOneSalt(bare + theirs, mine + bare, true)).toBe(mine + bare);
    expect(withOneSalt(bare + theirs, bare + theirs, false)).toBe(bare + theirs);
    expect(withOneSalt(bare + theirs, "", true)).toBe(bare);
  });

  it("names a key service in the world, and none in a twin, which reaches none", () => {
    const provider = "secretsprovider: awskms://alias/state?region=us-west-2\nencryptedkey: AQID\n";
    expect(withOneSalt(provider + bare, "", false)).toBe(provider + bare);
    expect(withOneSalt(provider + bare, mine + bare, true)).toBe(mine + bare);
  });

  it("is that of a twin in a twin alone, and not on a machine that is said to have none", () => {
    expect(isInTwin({ PROXMOX_HA_TWIN: "frege" })).toBe(true);
    expect([{}, { PROXMOX_HA_TWIN: "" }, { PROXMOX_HA_TWIN: "off" }].map(isInTwin)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("a new stack", () => {
  const select = ["stack", "select", "--create", "--non-interactive"];

  it("is encrypted from the beginning by the key service that its file names", () => {
    const url = "awskms://alias/state?region=us-west-2";
    for (const word of [url, `"${url}"`, `'${url}'`]) {
      expect(selection("mine", `secretsprovider: ${word}\nconfig: {}\n`)).toEqual([
        ...select,
        "--secrets-provider",
        url,
        "mine",
      ]);
    }
  });

  it("is encrypted by a passphrase where the file names none", () => {
    expect(selection("mine", "config: {}\n")).toEqual([...select, "mine"]);
  });
});

describe("recordedVersion", () => {
  const recorded = (program: string) => environment.recordedVersion(program, base);
  const file = () => path.join(folder, "cache", "toolchain.json");
  const program = () => path.join(folder, "pulumi");

  it("is what set-up found of this program, and of no other one", () => {
    writeFileSync(program(), "");
    writeFileSync(file(), JSON.stringify({ pulumi: { path: program(), version: "3.259.0" } }));
    expect(recorded(program())).toBe("3.259.0");
    expect(recorded("/usr/bin/pulumi")).toBeUndefined();
  });

  it("is not known of a program that changed since, or where nothing is recorded", () => {
    writeFileSync(program(), "");
    writeFileSync(file(), JSON.stringify({ pulumi: { path: program(), version: "3.259.0" } }));
    const later = new Date(statSync(file()).mtimeMs + 10_000);
    utimesSync(program(), later, later);
    expect(recorded(program())).toBeUndefined();
    rmSync(file());
    expect(recorded(program())).toBeUndefined();
  });
});

describe("liesInFolder", () => {
  it("knows a stack of a back-end in a folder", () => {
    const stacks = path.join(folder, ".pulumi", "stacks", "proxmox-ha");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(path.join(stacks, "frege.json"), "{}");
    expect(liesInFolder(`file://${folder}?metadata=skip`, "frege")).toBe(true);
    expect(liesInFolder(`file://${folder}?metadata=skip`, "other")).toBe(false);
    expect(liesInFolder("s3://state", "frege")).toBe(false);
  });
});
