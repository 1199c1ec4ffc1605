import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FENCER_FOLDER } from "../../config/plan/fence.js";

/** Where the fencer's own files lie in this repository, seen from where the program runs. */
const SOURCE = path.join("agents", "fencer");
const UNITS = "/etc/systemd/system";

/** What the fencer is made of, by its path on a host: the same on every one of them. */
export function agentFiles(project: string): Readonly<Record<string, string>> {
  const source = path.join(project, SOURCE);
  const text = (name: string): string => readFileSync(path.join(source, name), "utf8");
  const program = ["main.py", ...namesIn(source, "proxmox_ha_fencer", ".py")];
  const units = namesIn(source, "units", "");
  return Object.fromEntries([
    ...program.map((name) => [`${FENCER_FOLDER}/${name}`, text(name)] as const),
    ...units.map((name) => [`${UNITS}/${path.basename(name)}`, text(name)] as const),
  ]);
}

/** Sorted, because files that change their order would be another wish. */
function namesIn(source: string, folder: string, ending: string): string[] {
  return readdirSync(path.join(source, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
    .sort();
}
