import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../paths.js";
import { attempt, run } from "../../process/run.js";
import type { Replacement } from "../engine.js";

/** The Proxmox layer: a tree that is laid over the root file system of every host. */
export interface Layer {
  /** What the owner named: a folder or an archive. */
  readonly source: string;
  /** The folder that is laid over. */
  readonly tree: string;
  readonly builtIn: boolean;
}

const LISTS = "usr/share/twin-layer";

/** Copies the layer into the twin, so that editing the source does not pull the ground from under running hosts. */
export async function takeLayer(
  target: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Layer> {
  const named = env.PROXMOX_HA_PVE_LAYER;
  const builtIn = named === undefined || named === "";
  const source = builtIn ? join(projectRoot(), "twin", "pve", "rootfs") : named;
  if (!existsSync(source)) {
    throw new Error(
      builtIn
        ? `the stand-in Proxmox layer is missing at ${source}; the installation is not complete`
        : `PROXMOX_HA_PVE_LAYER names ${source}, which does not exist; name a folder or a tar archive`,
    );
  }
  await mkdir(target, { recursive: true });
  await (statSync(source).isDirectory()
    ? run(["cp", "-r", "--preserve=mode,links,timestamps", "--no-target-directory", source, target])
    : unpack(source, target));
  if (builtIn) await run(["chmod", "-R", "go-w", target]);
  return { source, tree: target, builtIn };
}

async function unpack(source: string, target: string): Promise<void> {
  const { code, stderr } = await attempt([
    "tar",
    "--extract",
    "--file",
    source,
    "--directory",
    target,
  ]);
  if (code === 0) return;
  throw new Error(
    `PROXMOX_HA_PVE_LAYER names ${source}, which tar cannot unpack: ${stderr.trim().split("\n")[0] ?? ""}. ` +
      "Name a folder, or a tar archive whose root is the root of the hosts",
  );
}

/** What of Proxmox the layer itself replaces, by its own account: `what: by`, one a line. */
export function layerReplacements(layer: Layer, suite: string): Replacement[] {
  return layerList(layer, "replaced", suite).map((line) => {
    const [what = "", ...by] = line.split(": ");
    return { what, by: by.join(": ") };
  });
}

/** Entries of a list file of the layer, one a line; `#` starts a comment. */
export function layerList(layer: Layer, list: string, suite: string): string[] {
  const files = [list, `${list}.${suite}`].map((name) => join(layer.tree, LISTS, name));
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, "utf8").split("\n"))
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}
