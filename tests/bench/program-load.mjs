// Prints how long the compiled program takes to load and to declare a stack file, in this fresh process. `pulumi up` pays this twice, once
// for the preview and once for the update. Run: node tests/bench/program-load.mjs FILE; the benchmark does, for each size.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);

const [, , file = ""] = process.argv;
console.log(JSON.stringify(await measure(file)));

/** @param {string} stackFile */
async function measure(stackFile) {
  const yaml = require("yaml");
  const section = yaml.parse(readFileSync(stackFile, "utf8")).config["proxmox-ha:cluster"];
  const start = performance.now();
  const pulumi = require("@pulumi/pulumi");
  const program = require(path.join(root, "bin", "index.js"));
  const loaded = performance.now();
  // The program waits for word from each provider's check that the resource is in the run; there is none here.
  const { withoutPresence } = require(
    path.join(root, "bin", "dynamic-providers", "kit", "presence.js"),
  );
  let resources = 0;
  let inputBytes = 0;
  pulumi.runtime.setMocks(
    {
      newResource: (/** @type {{ name: string, inputs: Record<string, unknown> }} */ made) => {
        const inputs = withoutPresence(made.inputs);
        resources += 1;
        inputBytes += JSON.stringify({ ...inputs, __provider: undefined }).length;
        return { id: `${made.name}-id`, state: inputs };
      },
      call: (/** @type {{ inputs: unknown }} */ { inputs }) => inputs,
    },
    "proxmox-ha",
    section.name,
    true,
  );
  // The SDK's mocks know of no hooks, and a registration that nobody answers is waited for.
  pulumi.runtime.getMonitor().registerResourceHook = (
    /** @type {unknown} */ _hook,
    /** @type {(error: null, answer: undefined) => void} */ done,
  ) => done(null, undefined);
  pulumi.runtime.setAllConfig({ "proxmox-ha:cluster": JSON.stringify(section) });
  await program();
  await pulumi.runtime.waitForRPCs();
  return {
    load: (loaded - start) / 1000,
    declare: (performance.now() - loaded) / 1000,
    resources,
    inputBytes,
  };
}
