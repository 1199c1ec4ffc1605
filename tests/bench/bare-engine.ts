import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import environment from "../../toolchain/pulumi-environment.cjs";
import { expectDone, start } from "../../twin/testing/index.js";

const repository = path.resolve(__dirname, "..", "..");

const PROGRAM = `"use strict";
const pulumi = require("@pulumi/pulumi");
const provider = {
  create: async (inputs) => ({ id: "one", outs: inputs }),
  diff: async (_id, olds, news) => ({ changes: olds.value !== news.value }),
};
class Thing extends pulumi.dynamic.Resource {
  constructor(name) {
    super(provider, name, { value: name });
  }
}
for (const name of ["a", "b", "c"]) new Thing(name);
`;

/** Pulumi alone with three dynamic resources that have nothing to do: what no program on this engine can be faster than. */
export class BareEngine {
  private readonly env: NodeJS.ProcessEnv;

  constructor(private readonly folder: string) {
    mkdirSync(path.join(folder, "state"), { recursive: true });
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      "name: bare\nruntime: nodejs\nmain: index.js\n",
    );
    writeFileSync(path.join(folder, "Pulumi.bare.yaml"), "config: {}\n");
    writeFileSync(path.join(folder, "index.js"), PROGRAM);
    writeFileSync(path.join(folder, "package.json"), '{ "name": "bare", "private": true }\n');
    symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
    this.env = {
      ...environment.pulumiEnvironment(process.env),
      PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "bare",
    };
  }

  async prepare(): Promise<void> {
    await this.pulumi(["stack", "init", "bare"]);
    await this.up();
  }

  /** Seconds of an `up`. */
  up(): Promise<number> {
    return this.pulumi(["up", "--yes", "--stack", "bare", "--suppress-outputs"]);
  }

  private async pulumi(words: readonly string[]): Promise<number> {
    const command = ["pulumi", ...words, "--non-interactive", "--cwd", this.folder];
    const done = await start(command, { env: this.env }).finished;
    expectDone(done, command.join(" "));
    return done.seconds;
  }
}
