import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { lockedVersion } from "./locked-version.mjs";
import { repository } from "./paths.mjs";
import { filesBelow } from "./stamp.mjs";

const source = path.join(repository, "toolchain", "aws-stand-in");
const launcher = "pulumi-resource-aws";
const program = "provider.cjs";
/** The packages that the program is joined with, and the one that joins them. */
const packages = [
  "@aws-sdk/client-ssm",
  "@aws-sdk/credential-providers",
  "@grpc/grpc-js",
  "@pulumi/pulumi",
  "google-protobuf",
  "rolldown",
];

/** What the stand-in is made from, wherever this checkout lies. */
export function standInRecipe() {
  return {
    texts: packages.map((name) => `${name} ${lockedVersion(name)}`),
    files: filesBelow(source),
  };
}

/**
 * Puts the stand-in for Amazon's plugin into a folder that needs no other one: the cache is shared by all checkouts of
 * a user, and the one that filled it may be removed at any time.
 * @param {string} folder
 * @param {string} version
 */
export async function makeStandIn(folder, version) {
  // Imported here, because --print and a set-up that needs no stand-in don't bundle.
  const { build } = await import("rolldown");
  await build({
    input: path.join(source, program),
    platform: "node",
    logLevel: "silent",
    output: { file: path.join(folder, program), format: "cjs", codeSplitting: false },
  });
  copyFileSync(path.join(source, launcher), path.join(folder, launcher));
  writeFileSync(path.join(folder, "version"), `${version}\n`);
}
