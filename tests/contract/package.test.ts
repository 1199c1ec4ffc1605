import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePrograms, installPacked } from "../support/packed-package.js";

const ROOT = path.resolve(__dirname, "..", "..");
const STACK_FILE = "Pulumi.frege.yaml";

/** A folder of somebody who uses the package, with nothing of the checkout but its installed dependencies. */
let folder = "";
let files: readonly string[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "package-"));
  files = installPacked(folder);
  const good = readFileSync(path.join(ROOT, STACK_FILE), "utf8");
  writeFileSync(path.join(folder, STACK_FILE), good);
  mkdirSync(path.join(folder, "broken"));
  writeFileSync(path.join(folder, "broken", STACK_FILE), good.replace(/^( +)name: /m, "$1label: "));
  compile("module");
  compile("commonjs");
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without what set-up has made on this machine, and in a home of its own. */
function here(program: string, ...args: readonly string[]) {
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: folder, PROXMOX_HA_CACHE: path.join(folder, "cache") };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Compiles the example as a module of the kind, against the declarations in the package. */
function compile(type: "module" | "commonjs"): void {
  const place = path.join(folder, type);
  mkdirSync(place);
  cpSync(path.join(ROOT, "examples", "library", "main.ts"), path.join(place, "main.ts"));
  compilePrograms(place, type, ["main.ts"]);
}

describe("the package", () => {
  it("holds what runs and what says how, and nothing else", () => {
    const places = new Set(files.map((file) => file.split("/").slice(0, 2).join("/")));
    expect([...places].sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "Pulumi.yaml",
      "README.md",
      "agents/fencer",
      "bin/automation",
      "bin/components",
      "bin/config",
      "bin/dynamic-providers",
      "bin/index.js",
      "package.json",
      "plugin/PulumiPlugin.yaml",
      "plugin/package.json",
      "plugin/pulumi-resource-proxmox-ha",
      "toolchain/command.mjs",
      "toolchain/local-backend.mjs",
      "toolchain/own-session",
      "toolchain/paths.mjs",
      "toolchain/proxmox-ha.cjs",
      "toolchain/pulumi-environment.cjs",
      "toolchain/stamp.mjs",
    ]);
    const foreign =
      /(^|\/)(tests?|twin|__pycache__|\.proxmox-ha)\/|generators\.|\.map$|(?<!\.d)\.ts$/;
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
  });

  it.each(["module/main.js", "commonjs/main.js"])(
    "serves a strict program of somebody else: %s",
    (program) => {
      expect(here(process.execPath, program, "validate", STACK_FILE)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/(^|\n)frege is valid\n$/),
      });
      const broken = here(process.execPath, program, "validate", `broken/${STACK_FILE}`);
      expect(broken.status).toBe(2);
      expect(broken.stdout).toMatch(/broken\/Pulumi\.frege\.yaml:\d+: error \S+: .*label/);
      expect(broken.stdout).toMatch(/frege is not valid\n$/);
    },
  );

  it("says what a machine without set-up lacks for a preview, as an error of the library", () => {
    const { status, stderr } = here(process.execPath, "module/main.js", "preview", STACK_FILE);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^failed: .*toolchain\.json can't be read.*npm run setup.*checkout/);
  });

  it("comes with the command line, and says that the twin is elsewhere", () => {
    const command = path.join("node_modules", "proxmox-ha", "toolchain", "proxmox-ha.cjs");
    expect(here(process.execPath, command, "validate", STACK_FILE)).toMatchObject({ status: 0 });
    expect(here(process.execPath, command, "twin", "up", "frege")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("comes without the twin"),
    });
  });
});
