import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const ROOT = path.resolve(__dirname, "..", "..");
const packed = z.tuple([
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
]);
const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** Installs the package, as npm would publish it, into a folder that has nothing else but its dependencies. Returns its files. */
export function installPacked(folder: string): string[] {
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename, files }] = packed.parse(JSON.parse(ran("npm", pack, ROOT).stdout));
  const modules = path.join(folder, "node_modules");
  mkdirSync(modules);
  ran("tar", ["-xzf", filename, "-C", modules], folder);
  ran("mv", ["node_modules/package", "node_modules/proxmox-ha"], folder);
  const { dependencies } = manifest.parse(
    JSON.parse(readFileSync(path.join(modules, "proxmox-ha", "package.json"), "utf8")),
  );
  const named = [...Object.keys(dependencies), "@types/node"];
  for (const entry of new Set(named.map((name) => name.split("/")[0] ?? name))) {
    symlinkSync(path.join(ROOT, "node_modules", entry), path.join(modules, entry));
  }
  return files.map((file) => file.path);
}

/** Compiles programs below a folder, strictly, with all declarations that they meet checked too. */
export function compilePrograms(
  place: string,
  type: "module" | "commonjs",
  programs: readonly string[],
): void {
  writeFileSync(path.join(place, "package.json"), JSON.stringify({ type }));
  const flags = "--module node16 --moduleResolution node16 --target es2022 --lib es2023 --strict";
  const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  ran(process.execPath, [compiler, ...flags.split(" "), "--types", "node", ...programs], place);
}

/** @throws what it said, where it did not end well */
export function ran(program: string, args: readonly string[], cwd: string, env = process.env) {
  const result = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (result.status !== 0) {
    throw new Error(`${program} ${args.join(" ")}: ${result.stdout}${result.stderr}`);
  }
  return result;
}
