// Prints how long the compiled program takes to load and to declare each stack, in fresh processes.
// `pulumi up` pays this twice, once for the preview and once for the update. Run: node tests/bench/program-load.mjs
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);
const STACKS = ["frege", "pve1", "homelab", "gtr7"];
const RUNS = 5;

const [, , stack] = process.argv;
if (stack === undefined) {
  for (const name of STACKS) {
    const runs = Array.from({ length: RUNS }, () =>
      JSON.parse(
        execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], {
          encoding: "utf8",
        }),
      ),
    );
    const median = (key) => runs.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
    console.log(
      `${name.padEnd(8)} load ${median("loadMs")} ms, declare ${median("declareMs")} ms, ` +
        `${runs[0].resources} resources (median of ${RUNS})`,
    );
  }
} else {
  console.log(JSON.stringify(await measure(stack)));
}

async function measure(name) {
  const { readFileSync } = require("node:fs");
  const yaml = require("yaml");
  const config = yaml.parse(readFileSync(path.join(root, `Pulumi.${name}.yaml`), "utf8")).config;
  const start = performance.now();
  const pulumi = require("@pulumi/pulumi");
  const program = require(path.join(root, "bin", "index.js"));
  const loaded = performance.now();
  let resources = 0;
  pulumi.runtime.setMocks(
    {
      newResource: ({ name: resource, inputs }) => {
        resources += 1;
        return { id: `${resource}-id`, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    "proxmox-ha",
    name,
    true,
  );
  // The SDK's mocks know of no hooks, and a registration that nobody answers is waited for.
  pulumi.runtime.getMonitor().registerResourceHook = (_hook, done) => done(null, undefined);
  pulumi.runtime.setAllConfig({
    "proxmox-ha:cluster": JSON.stringify(config["proxmox-ha:cluster"]),
  });
  await program();
  await pulumi.runtime.waitForRPCs();
  return {
    loadMs: Math.round(loaded - start),
    declareMs: Math.round(performance.now() - loaded),
    resources,
  };
}
