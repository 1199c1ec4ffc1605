import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { packageFolder } from "../../dynamic-providers/transport/program-files.js";
import { NetworkedHosts, readPlan } from "../index.js";
import { NETWORKED_HOSTS, packageSchema } from "./schema.js";

/** What the engine starts for a program in another language. */
class ComponentServer implements pulumi.provider.Provider {
  constructor(readonly version: string) {}

  getSchema(): Promise<string> {
    return Promise.resolve(JSON.stringify(packageSchema(this.version)));
  }

  async construct(
    name: string,
    type: string,
    _inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    if (type !== NETWORKED_HOSTS) {
      throw new pulumi.RunError(
        `The package proxmox-ha has no component ${type}; it has ${NETWORKED_HOSTS}.`,
      );
    }
    const made = new NetworkedHosts(name, { plan: await readPlan() }, options);
    const { urn, rebootReasons, rings, cables } = made;
    return { urn, state: { rebootReasons, rings, cables } };
  }
}

const manifest = z.object({ version: z.string() });

function versionOfPackage(): string {
  const text = readFileSync(path.join(packageFolder(), "package.json"), "utf8");
  return manifest.parse(JSON.parse(text)).version;
}

void pulumi.provider.main(new ComponentServer(versionOfPackage()), process.argv.slice(2));
