// Every version that set-up depends on and that is not an npm package of package.json.

/** The Pulumi CLI that is downloaded or built when PATH has none that is new enough. */
export const pulumiVersion = "3.259.0";

/**
 * The oldest CLI accepted from PATH: `refresh` and `destroy` with `--run-program` had faults before it, and the
 * command line relies on both.
 */
export const oldestPulumiVersion = "3.231.0";

/** Go resolves the rest by itself: since 1.21 it fetches the tool chain that a go.mod asks for. */
export const oldestGoVersion = "1.21.0";

/**
 * @typedef {"proxmoxve" | "command" | "aws"} PluginName
 * @typedef {{
 *   name: PluginName,
 *   npmPackage: string,
 *   download: (version: string, os: string, cpu: string) => string,
 *   buildSeconds: number,
 * }} PluginPin
 */

/** A plugin's version is that of the npm package that speaks to it, so it is not repeated here. */
/** @type {Readonly<Record<PluginName, PluginPin>>} */
export const plugins = {
  proxmoxve: {
    name: "proxmoxve",
    npmPackage: "@muhlba91/pulumi-proxmoxve",
    download: (version, os, cpu) =>
      `https://github.com/muhlba91/pulumi-proxmoxve/releases/download/v${version}/pulumi-resource-proxmoxve-v${version}-${os}-${cpu}.tar.gz`,
    buildSeconds: 160,
  },
  command: {
    name: "command",
    npmPackage: "@pulumi/command",
    download: (version, os, cpu) =>
      `https://get.pulumi.com/releases/plugins/pulumi-resource-command-v${version}-${os}-${cpu}.tar.gz`,
    buildSeconds: 40,
  },
  aws: {
    name: "aws",
    npmPackage: "@pulumi/aws",
    download: (version, os, cpu) =>
      `https://get.pulumi.com/releases/plugins/pulumi-resource-aws-v${version}-${os}-${cpu}.tar.gz`,
    // A stand-in is only copied.
    buildSeconds: 1,
  },
};

/** Measured on two cores with empty caches; printed before a build so that nobody wonders. */
export const pulumiBuildSeconds = 240;

/**
 * @param {string} version
 * @param {string} os
 * @param {string} cpu as the release archives spell it: x64 or arm64
 */
export function pulumiDownload(version, os, cpu) {
  return `https://get.pulumi.com/releases/sdk/pulumi-v${version}-${os}-${cpu}.tar.gz`;
}
