import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { projectAbove } from "../validate/stack-files.js";

/** The root of the installed project: compiled files lie in `bin/automation/engine`. */
export const projectRoot = path.resolve(__dirname, "..", "..", "..");

/** A stack, and the folder in which its file lies. */
export interface StackFile {
  readonly stack: string;
  readonly folder: string;
}

/**
 * Where stack files lie, for every verb: the folder that the environment names, else the nearest one upwards with a
 * project file, else the installed project.
 */
export function stackFilesFolder(): string {
  const named = process.env.PROXMOX_HA_PROJECT;
  return named ? path.resolve(named) : (projectAbove(process.cwd()) ?? projectRoot);
}

const environment = z.record(z.string(), z.string().optional());
const backendModule = z.object({
  localBackend: z.custom<(base?: NodeJS.ProcessEnv) => unknown>(
    (value) => typeof value === "function",
  ),
  localStack: z.custom<(stack: string, env: NodeJS.ProcessEnv) => Promise<unknown>>(
    (value) => typeof value === "function",
  ),
});

const toolchainModule = z.object({
  default: z.object({
    recordedVersion: z.custom<(program: string, env: NodeJS.ProcessEnv) => unknown>(
      (value) => typeof value === "function",
    ),
  }),
});

/** The version of a Pulumi that set-up has proved and that is still the same file; undefined for any other one. */
export async function versionOn(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const file = path.join(projectRoot, "toolchain", "pulumi-environment.cjs");
  const { default: toolchain } = toolchainModule.parse(await import(pathToFileURL(file).href));
  return z.string().optional().parse(toolchain.recordedVersion(program, env));
}

export interface StackPlace {
  readonly env: Record<string, string>;
  /** Folder with the copies of project and stack file that keep this machine's encryption salt. */
  readonly folder: string;
}

/** Where state and secrets of a stack live: what the environment says, else a folder of this user. */
export async function openPlace(
  { stack, folder: files }: StackFile,
  base: NodeJS.ProcessEnv,
): Promise<StackPlace> {
  const file = path.join(projectRoot, "toolchain", "local-backend.mjs");
  const { localBackend, localStack } = backendModule.parse(await import(pathToFileURL(file).href));
  const named = files === projectRoot ? {} : { PROXMOX_HA_PROJECT: files };
  const env = environment.parse(localBackend({ ...base, ...named }));
  const folder = z.string().parse(await localStack(stack, env));
  const defined = Object.entries(env).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { env: Object.fromEntries(defined), folder };
}

/** Where a program lies on a PATH; its bare name when it is on none of its folders, so that the error names it. */
export function programOn(folders: string | undefined, name: string): string {
  const files = (folders ?? "").split(path.delimiter).map((folder) => path.join(folder, name));
  return files.find((file) => existsSync(file)) ?? name;
}
