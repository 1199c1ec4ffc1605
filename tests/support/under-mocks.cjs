"use strict";

// node under-mocks.cjs <program> <settings as JSON>: runs somebody's compiled Pulumi program in a process of its own, with the SDK that
// the program loads, and prints every resource that it declares.
const { createRequire } = require("node:module");
const path = require("node:path");

const [program = "", settings = "{}"] = process.argv.slice(2);
const fromProgram = createRequire(path.resolve(program));
const pulumi = fromProgram("@pulumi/pulumi");

/** @type {{ type: string, name: string, provider?: unknown }[]} */
const declared = [];

async function main() {
  await pulumi.runtime.setMocks(
    {
      newResource: (/** @type {import("@pulumi/pulumi").runtime.MockResourceArgs} */ made) => {
        const { type, name, inputs } = made;
        const provider = inputs.__provider;
        declared.push({ type, name, ...(provider === undefined ? {} : { provider }) });
        return { id: `${name}-id`, state: inputs };
      },
      call: () => ({}),
    },
    "lab",
    "dev",
  );
  pulumi.runtime.setAllConfig(JSON.parse(settings));
  const outputs = await fromProgram(path.resolve(program))();
  const cables = await new Promise((resolve) => pulumi.output(outputs.cables).apply(resolve));
  // Registrations go on behind the program's own end.
  process.once("beforeExit", () => process.stdout.write(JSON.stringify({ declared, cables })));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
