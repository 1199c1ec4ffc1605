import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { loadStack } from "../../config/load/index.js";
import { projectRoot } from "../paths.js";
import { planTwin } from "../plan/plan-twin.js";
import type { TwinPlan } from "../plan/twin-plan.js";

/** A stack by its name, or by its file. */
export function findStack(nameOrFile: string): { readonly stack: string; readonly file: string } {
  const candidates = [
    ...(/[./]/.test(nameOrFile) ? [resolve(nameOrFile)] : []),
    ...(process.env.PROXMOX_HA_PROJECT
      ? [resolve(process.env.PROXMOX_HA_PROJECT, `Pulumi.${nameOrFile}.yaml`)]
      : []),
    resolve(`Pulumi.${nameOrFile}.yaml`),
    join(projectRoot(), `Pulumi.${nameOrFile}.yaml`),
  ];
  const file = candidates.find(existsSync);
  if (file === undefined) {
    throw badInput(
      `there is no stack "${nameOrFile}"; looked for ${candidates.join(", ")}.`,
      othersThan(nameOrFile, stacksBeside(candidates)),
    );
  }
  const stack =
    /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1] ?? basename(file).replace(/\..*$/, "");
  return { stack, file };
}

/** Stacks of the folders in which was looked. */
function stacksBeside(files: readonly string[]): string[] {
  const folders = [...new Set(files.map((file) => dirname(file)))].filter(existsSync);
  const names = folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []),
  );
  return [...new Set(names)].sort();
}

export function planFromStack(nameOrFile: string): TwinPlan {
  const { stack, file } = findStack(nameOrFile);
  const { spec, findings } = loadStack({ file, text: readFileSync(file) });
  if (spec === undefined) {
    const errors = findings
      .filter((one) => one.severity === "error")
      .map(
        (one) =>
          `  ${one.line === undefined ? "" : `line ${one.line}: `}${one.path}: ${one.what} ${one.fix}`,
      );
    throw badInput(`${file} describes no cluster yet:\n${errors.join("\n")}`);
  }
  return planTwin(spec, { stack, file });
}
