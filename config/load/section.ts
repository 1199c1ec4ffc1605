import { closest } from "../findings/closest.js";
import { type Draft, drafter, type Path } from "../findings/finding.js";
import type { ConfigValueKind } from "../rules/index.js";
import { loadCodes } from "./codes.js";

export const PROJECT = "proxmox-ha";
export const SECTION = `${PROJECT}:cluster`;

export type SectionResult =
  | {
      readonly found: true;
      readonly value: unknown;
      /** Steps from the file's root to the section. */
      readonly path: Path;
      /** A section stored as JSON text has one place for everything in it. */
      readonly asText: boolean;
      readonly configKeys: ReadonlyMap<string, ConfigValueKind>;
    }
  | { readonly found: false; readonly draft: Draft };

const draft = drafter(loadCodes);

/** Finds the cluster in a stack file's content. */
export function findSection(root: unknown): SectionResult {
  if (!isMapping(root)) {
    return missing(
      "stack/not-a-mapping",
      [],
      "The file is no mapping, so it is no stack file.",
      "Write `config:` and below it `proxmox-ha:cluster:` with the cluster.",
    );
  }
  const config = root.config;
  if (!isMapping(config)) {
    return missing(
      "stack/no-section",
      "config" in root ? ["config"] : [],
      "The file has no `config` section, so it describes no cluster.",
      "Write `config:` and below it `proxmox-ha:cluster:` with the cluster.",
    );
  }
  const section = config[SECTION];
  if (section === null) {
    return missing(
      "stack/no-section",
      ["config", SECTION],
      `\`${SECTION}\` is empty, so it describes no cluster.`,
      "Write the cluster below it, indented further.",
    );
  }
  if (section === undefined) {
    const near = closest(SECTION, Object.keys(config));
    return missing(
      "stack/no-section",
      near === undefined ? ["config"] : ["config", near],
      `The stack has no \`${SECTION}\`, so it describes no cluster.`,
      near === undefined
        ? `Write the cluster below \`config:\`, under the key \`${SECTION}\`.`
        : `Did you mean \`${SECTION}\` instead of \`${near}\`?`,
    );
  }
  return opened(section, config);
}

function opened(section: unknown, config: Readonly<Record<string, unknown>>): SectionResult {
  const path = ["config", SECTION];
  if (isMapping(section) && Object.keys(section).length === 1 && "secure" in section) {
    return missing(
      "stack/encrypted-section",
      path,
      "The whole cluster section is encrypted.",
      "Write it as plain YAML and encrypt single values: `pulumi config set --secret KEY`, then `{pulumi: KEY}` where the secret belongs.",
    );
  }
  if (typeof section !== "string") {
    return { found: true, value: section, path, asText: false, configKeys: configKeys(config) };
  }
  try {
    const value: unknown = JSON.parse(section);
    return { found: true, value, path, asText: true, configKeys: configKeys(config) };
  } catch {
    return missing(
      "schema/type",
      path,
      `\`${SECTION}\` is text, and not JSON either.`,
      "Write the cluster as a mapping below the key, without quotes.",
    );
  }
}

function missing(
  code: keyof typeof loadCodes,
  path: Path,
  what: string,
  fix: string,
): SectionResult {
  return { found: false, draft: draft(code, path, what, fix) };
}

function configKeys(config: Readonly<Record<string, unknown>>): Map<string, ConfigValueKind> {
  const prefix = `${PROJECT}:`;
  return new Map(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix) && key !== SECTION)
      .map(([key, value]) => [
        key.slice(prefix.length),
        isMapping(value) && "secure" in value ? "encrypted" : "plain",
      ]),
  );
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
