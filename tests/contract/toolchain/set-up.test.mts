import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readToolchain } from "../../../toolchain/paths.mjs";

/**
 * The real set-up with a cache of its own. `go` is a stand-in that hands out the programs of the machine's real
 * set-up: what is tested is what happens around a build, and a real one takes minutes.
 */
let folder = "";
let cache = "";
let env: NodeJS.ProcessEnv = {};
const started: ChildProcess[] = [];

const binary = (name: string) =>
  path.join(
    cache,
    "pulumi-home/plugins",
    `resource-${name}-v${readToolchain()?.plugins[name]?.version}`,
    `pulumi-resource-${name}`,
  );

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "set-up-"));
  cache = path.join(folder, "cache");
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  const real = readToolchain();
  const { command, proxmoxve } = real?.plugins ?? {};
  if (!real || !command || !proxmoxve) throw new Error("the machine's own set-up is missing");
  writeScript(
    path.join(bin, "go"),
    `[ "$1" = env ] && { echo go1.26.8; exit 0; }
while [ "$1" != -o ]; do shift; done
echo "$2" >> ${folder}/builds
while [ -e ${folder}/hold ]; do sleep 0.05; done
case "$2" in
*/pulumi) cp ${real.pulumi.path} "$2" ;;
*/pulumi-resource-proxmoxve) cp ${proxmoxve.path} "$2" ;;
*/pulumi-resource-command) cp ${command.path} "$2" ;;
esac`,
  );
  const { PULUMI_HOME: _home, ...inherited } = process.env;
  env = {
    ...inherited,
    PATH: `${bin}:${pathWithoutPulumi()}`,
    HOME: folder,
    PROXMOX_HA_CACHE: cache,
    PROXMOX_HA_DOWNLOADS: "off",
    PROXMOX_HA_PLUGINS: "",
    PROXMOX_HA_TWIN: "off",
  };
});

afterEach(async () => {
  rmSync(path.join(folder, "hold"), { force: true });
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The runner of the tests has put the set-up's own CLI on PATH, which would be taken. */
function pathWithoutPulumi() {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.filter((entry) => !existsSync(path.join(entry, "pulumi"))).join(":");
}

function writeScript(file: string, body: string) {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

function startSetUp() {
  const script = `import("${path.resolve("toolchain/setup.mjs")}").then(({ provideToolchain }) => provideToolchain())
    .catch((error) => { console.error(error.message); process.exit(1); });`;
  const child = spawn(process.execPath, ["-e", script], { env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  const ended = once(child, "close").then(([status]) => ({ status, said }));
  return { child, ended };
}

const builds = () =>
  existsSync(path.join(folder, "builds"))
    ? readFileSync(path.join(folder, "builds"), "utf8").trim().split("\n")
    : [];

async function until(condition: () => boolean) {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("the condition did not come true within 30 s");
    await pause(20);
  }
}

it("finishes what a killed set-up began", async () => {
  writeFileSync(path.join(folder, "hold"), "");
  const first = startSetUp();
  await until(() => builds().length === 1);
  first.child.kill("SIGKILL");
  await first.ended;
  rmSync(path.join(folder, "hold"));
  expect(existsSync(path.join(cache, "toolchain.json"))).toBe(false);

  const second = await startSetUp().ended;
  expect(second).toMatchObject({ status: 0 });
  const toolchain = JSON.parse(readFileSync(path.join(cache, "toolchain.json"), "utf8"));
  expect(toolchain.pulumi.path).toBe(path.join(cache, "pulumi/pulumi"));
  expect(existsSync(binary("proxmoxve"))).toBe(true);
});

it("does the work once when two start at the same time", async () => {
  writeFileSync(path.join(folder, "hold"), "");
  const both = [startSetUp(), startSetUp()];
  await until(() => builds().length === 1);
  rmSync(path.join(folder, "hold"));
  const results = await Promise.all(both.map(({ ended }) => ended));
  expect(results.map(({ status }) => status)).toEqual([0, 0]);
  expect(results.filter(({ said }) => said.includes("waiting for another set-up"))).toHaveLength(1);
  expect(builds().filter((output) => output.endsWith("/pulumi"))).toHaveLength(1);
});

it("replaces a plugin that was damaged in the cache, and says so", async () => {
  await startSetUp().ended;
  truncateSync(binary("proxmoxve"), 1000);
  const again = await startSetUp().ended;
  expect(again.status).toBe(0);
  expect(again.said).toContain(
    "pulumi-resource-proxmoxve in the cache is not what was put there, so it is replaced",
  );
  const third = await startSetUp().ended;
  expect(third.said).toBe("");
});

it("does not take its own earlier work for an installation of the user's", async () => {
  await startSetUp().ended;
  for (const folder of [path.dirname(binary("proxmoxve")), path.join(cache, "pulumi")]) {
    const file = path.join(folder, "stamp.json");
    const stamp = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...stamp, recipe: "of an older checkout" }));
  }
  // As in a shell that took over the environment that set-up prints.
  env.PULUMI_HOME = path.join(cache, "pulumi-home");
  env.PATH = `${path.join(cache, "pulumi")}:${env.PATH}`;
  const again = await startSetUp().ended;
  expect(again.status).toBe(0);
  expect(again.said).toContain("was made from another recipe, so it is replaced");
  expect(again.said).toMatch(/an own build of [\d.]+: .* no [\d.]+ is installed/);
  expect(again.said).toMatch(
    /PATH has no pulumi; the one in the cache was made from another recipe/,
  );
});

it("puts its own build in the place of an installed plugin that panics", async () => {
  writeScript(
    path.join(folder, "bin", "pulumi-resource-proxmoxve"),
    'echo 1\necho "panic: interface conversion: interface {} is nil, not int" >&2\nexit 2',
  );
  const { status, said } = await startSetUp().ended;
  expect(status).toBe(0);
  expect(said).toMatch(
    /the installed .*proxmoxve is not usable: it ended with a panic: .* is nil, not int; an own build of [\d.]+ takes its place/,
  );
  expect(said).toContain("created a storage on a loopback API");
});
