import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { expectDone, start } from "../../twin/testing/index.js";
import { plainCluster } from "../e2e/support/plain-cluster.js";
import { type MeasuredRun, median } from "./measured.js";

const repository = path.resolve(__dirname, "..", "..");
const SIZES = [3, 6, 9, 16, 32];
const STACKS = ["frege", "homelab", "gtr7", "pve1"];
const TIMES = 3;

const withNodes = z.object({
  config: z.object({
    "proxmox-ha:cluster": z.object({ nodes: z.record(z.string(), z.unknown()) }),
  }),
});

const loaded = z.object({
  load: z.number(),
  declare: z.number(),
  resources: z.number(),
  inputBytes: z.number(),
});

/** The program without a host: what it costs to check, load and declare each stack, and plain clusters as they grow. */
export async function measureProgram(): Promise<MeasuredRun["program"]> {
  const folder = mkdtempSync(path.join(tmpdir(), "sizes-"));
  try {
    const sizes = SIZES.map((nodes) => {
      const stack = `plain${nodes}`;
      const file = path.join(folder, `Pulumi.${stack}.yaml`);
      writeFileSync(file, plainCluster(stack, nodes));
      return { stack: "plain", file };
    });
    const stacks = STACKS.map((stack) => ({
      stack,
      file: path.join(repository, `Pulumi.${stack}.yaml`),
    }));
    const measured: MeasuredRun["program"] = [];
    for (const { stack, file } of [...stacks, ...sizes]) {
      measured.push({ stack, ...(await measureFile(file)) });
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureFile(file: string) {
  const { nodes } = withNodes.parse(parse(readFileSync(file, "utf8"))).config["proxmox-ha:cluster"];
  const commandLine = path.join(repository, "bin", "automation", "main.js");
  const validate: number[] = [];
  const runs: z.output<typeof loaded>[] = [];
  for (let turn = 0; turn < TIMES; turn += 1) {
    const began = performance.now();
    const checked = await start([process.execPath, commandLine, "validate", file]).finished;
    validate.push((performance.now() - began) / 1_000);
    expectDone(checked, `validate ${file}`);
    const declaring = [process.execPath, path.join(__dirname, "program-load.mjs"), file];
    const declared = expectDone(await start(declaring).finished, `declare ${file}`);
    runs.push(loaded.parse(JSON.parse(declared)));
  }
  const last = runs.at(-1);
  return {
    nodes: Object.keys(nodes).length,
    validate: median(validate),
    load: median(runs.map(({ load }) => load)),
    declare: median(runs.map(({ declare }) => declare)),
    resources: last?.resources ?? 0,
    inputBytes: last?.inputBytes ?? 0,
  };
}
