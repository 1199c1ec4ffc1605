import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { NETWORKED_HOSTS, packageSchema } from "../../components/languages/schema.js";
import { pulumiEnvironment } from "../../toolchain/pulumi-environment.cjs";
import { OwnNetwork } from "../support/own-network.js";
import { compilePrograms, installPacked, ran } from "../support/packed-package.js";

const ROOT = path.resolve(__dirname, "..", "..");
const PLUGIN = path.join("node_modules", "proxmox-ha", "plugin");
const BINARY = path.join(PLUGIN, "pulumi-resource-proxmox-ha");
/** A preview takes seconds, on a machine that does nothing else. */
const CLI_MS = 240_000;
const NODES = ["anna", "bella", "clara"];

/** Two projects of somebody else below a folder that has the packed package installed, and hosts that do not answer. */
let folder = "";
let network: OwnNetwork;
const place = (example: string): string => path.join(folder, example);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "components-elsewhere-"));
  network = new OwnNetwork(["10.203.0.11", "10.203.0.12", "10.203.0.13"]);
  installPacked(folder);
  mkdirSync(path.join(folder, "states"));
  for (const example of ["components", "languages"]) {
    cpSync(path.join(ROOT, "examples", example), place(example), { recursive: true });
  }
  compilePrograms(folder, "commonjs", ["components/main.ts", "languages/main.ts"]);
  ran("ln", ["-s", path.join("..", "node_modules"), "node_modules"], place("languages"));
}, 240_000);
afterAll(() => {
  network.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The real CLI and a back-end in the folder. */
function pulumi(example: string, ...words: readonly string[]): string {
  const [program = "", ...args] = network.around(["pulumi", ...words, "--non-interactive"]);
  return ran(program, args, place(example), {
    ...pulumiEnvironment(),
    PULUMI_BACKEND_URL: `file://${path.join(folder, "states")}`,
    PULUMI_CONFIG_PASSPHRASE: "no secret is kept here",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    LAB_INSTALLER_PASSWORD: "asked by nobody",
  }).stdout;
}

const planned = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      newState: z.object({
        type: z.string(),
        parent: z.string().default(""),
        inputs: z.looseObject({}).default({}),
      }),
    }),
  ),
});

/** What a preview would create: type and name of each resource, with its parent's name and the text that finds its provider. */
function previewed(example: string) {
  pulumi(example, "stack", "init", "dev");
  const { steps } = planned.parse(
    JSON.parse(pulumi(example, "preview", "--stack", "dev", "--json")),
  );
  return steps.map(({ op, urn, newState: { type, parent, inputs } }) => ({
    op,
    type,
    name: urn.split("::").at(-1),
    parent: parent.split("::").at(-1),
    provider: inputs.__provider,
  }));
}

const recorded = z.object({
  declared: z.array(
    z.object({ type: z.string(), name: z.string(), provider: z.string().optional() }),
  ),
  cables: z.array(z.string()),
});

/** Settings as the engine hands them over: texts. */
function settingsOf(example: string): Record<string, string> {
  const file = z
    .object({ config: z.record(z.string(), z.unknown()) })
    .parse(parse(readFileSync(path.join(place(example), "Pulumi.dev.yaml"), "utf8")));
  return Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Puts a gate that has passed into the state of a stack, as a run of this project would have left it. */
function recordGate(example: string, stack: string): void {
  pulumi(example, "stack", "init", stack);
  const { deployment, ...rest } = z
    .looseObject({ deployment: z.looseObject({}) })
    .parse(JSON.parse(pulumi(example, "stack", "export", "--stack", stack)));
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::lab::${type}::${name}`;
  const provider = urn("pulumi:providers:pulumi-nodejs", "default");
  const root = urn("pulumi:pulumi:Stack", `lab-${stack}`);
  const id = "11111111-1111-4111-8111-111111111111";
  const keys = `.proxmox-ha/${stack}`;
  const connection = {
    ...{ host: "10.203.0.11", node: "anna", port: 22, user: "root", hostKey: "trust-first-use" },
    knownHostsFile: `${keys}/known_hosts`,
    auth: { keyFile: `${keys}/id_ed25519`, password: { env: "LAB_INSTALLER_PASSWORD" } },
  };
  const inputs = {
    ...{ name: "clocks", connections: [connection], toleranceMs: 500, sources: ["10.203.0.1"] },
    __provider: byPackage("host/clocks"),
  };
  const clocks = "pulumi-nodejs:dynamic/host:Clocks";
  const resources = [
    { urn: root, custom: false, type: "pulumi:pulumi:Stack" },
    { urn: provider, custom: true, id, type: "pulumi:providers:pulumi-nodejs" },
    {
      ...{ urn: urn(clocks, "clocks-gate"), custom: true, id: "clocks", type: clocks },
      ...{ parent: root, provider: `${provider}::${id}`, inputs },
      outputs: { ...inputs, saw: [], schemaVersion: 1, drift: [], adopted: false },
    },
  ];
  const file = path.join(folder, "state-of-a-run.json");
  writeFileSync(file, JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
  pulumi(example, "stack", "import", "--stack", stack, "--file", file);
}

const RING = {
  type: "proxmox-ha:network:ThunderboltRing",
  name: "ring",
};
const byPackage = (kind: string): string =>
  `exports.handler=()=>require("proxmox-ha/providers").providers["${kind}"]`;

describe("components in a program of somebody else", () => {
  it("are declared from the settings of its own stack, under mocks", () => {
    const mocks = path.join(ROOT, "tests", "support", "under-mocks.cjs");
    const settings = JSON.stringify(settingsOf("components"));
    const { stdout } = ran(process.execPath, [mocks, "main.js", settings], place("components"));
    const { declared, cables } = recorded.parse(JSON.parse(stdout));
    expect(declared).toContainEqual(RING);
    expect(declared).toContainEqual({
      type: "pulumi-nodejs:dynamic/host:Paths",
      name: "ring-paths",
      provider: byPackage("host/paths"),
    });
    expect(cables).toEqual([
      "anna:en06 - bella:en05",
      "bella:en06 - clara:en05",
      "clara:en06 - anna:en05",
    ]);
  });

  it("are previewed by the real CLI, with providers that the engine finds in the package", {
    timeout: CLI_MS,
  }, () => {
    const steps = previewed("components");
    const names = (type: string) =>
      steps.flatMap((step) => (step.type === type ? [step.name] : [])).sort();
    expect(steps.every(({ op }) => op === "create")).toBe(true);
    expect(names("proxmox-ha:host:HostBase")).toEqual(NODES);
    expect(names("proxmox-ha:network:BondedNetwork")).toEqual(NODES);
    expect(steps).toContainEqual(
      expect.objectContaining({ ...RING, parent: "left", provider: undefined }),
    );
    expect(steps).toContainEqual(
      expect.objectContaining({ name: "ring-paths", provider: byPackage("host/paths") }),
    );
  });

  it("are removed without the program, as long as the package is there", {
    timeout: CLI_MS,
  }, () => {
    const remove = () =>
      pulumi("components", "destroy", "--stack", "gone", "--yes", "--skip-preview");
    const installed = path.join(folder, "node_modules", "proxmox-ha");
    recordGate("components", "gone");
    renameSync(installed, `${installed}-away`);
    try {
      expect(remove).toThrow("Cannot find module 'proxmox-ha/providers'");
    } finally {
      renameSync(`${installed}-away`, installed);
    }
    expect(remove()).toMatch(/2 deleted/);
  });

  it("say every mistake of the settings, before anything is declared", () => {
    const mocks = path.join(ROOT, "tests", "support", "under-mocks.cjs");
    const { "proxmox-ha:cluster": cluster = "" } = settingsOf("components");
    const settings = JSON.stringify({
      "lab:rack": "left",
      "proxmox-ha:cluster": cluster.replace('"address":"10.203.0.12"', '"address":"10.203.0.11"'),
    });
    expect(() => ran(process.execPath, [mocks, "main.js", settings], place("components"))).toThrow(
      /The stack file has 1 mistake; nothing was changed\.[\s\S]*10\.203\.0\.11/,
    );
  });
});

it("compiles what docs/library.md shows, as strictly as its readers would", {
  timeout: CLI_MS,
}, () => {
  const text = readFileSync(path.join(ROOT, "docs", "library.md"), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].flatMap(([, code]) => code ?? []);
  expect(blocks).toHaveLength(2);
  const shown = place("shown");
  mkdirSync(shown);
  const programs = blocks.map((code, at) => {
    const file = `block-${at}.ts`;
    writeFileSync(path.join(shown, file), code);
    return file;
  });
  compilePrograms(shown, "module", programs);
});

describe("the package for other languages", () => {
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"))).version;

  it("tells the CLI its schema", { timeout: CLI_MS }, () => {
    const told = z
      .looseObject({ resources: z.record(z.string(), z.looseObject({})) })
      .parse(JSON.parse(pulumi("languages", "package", "get-schema", path.join("..", BINARY))));
    expect(told).toMatchObject(packageSchema(version));
    expect(Object.keys(told.resources)).toEqual([NETWORKED_HOSTS]);
  });

  it("makes its component in the engine, for a program that knows nothing but its type", {
    timeout: CLI_MS,
  }, () => {
    const steps = previewed("languages");
    expect(steps).toContainEqual(
      expect.objectContaining({ type: NETWORKED_HOSTS, name: "lab", op: "create" }),
    );
    expect(steps).toContainEqual(expect.objectContaining({ ...RING, parent: "lab" }));
    expect(steps).toContainEqual(
      expect.objectContaining({ name: "clocks-gate", provider: byPackage("host/clocks") }),
    );
  });

  it("starts from its folder as Pulumi's own language host starts it", async () => {
    const starter = path.join("node_modules", "@pulumi", "pulumi", "cmd", "run-plugin");
    const child = spawn(process.execPath, [starter, PLUGIN, "127.0.0.1:1"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        child.stdout.once("data", (data: Buffer) => resolve(data.toString()));
        child.once("close", () => reject(new Error("it ended without a port")));
      });
      expect(port).toMatch(/^\d+\n$/);
    } finally {
      child.kill();
    }
  });
});
