import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where the fencer's own files lie in this repository, seen from where the program runs. */
const SOURCE = path.join("agents", "fencer");
/** Where they lie on a host. */
export const PROGRAM = "/usr/lib/proxmox-ha/fencer";
const UNITS = "/etc/systemd/system";

/** What the fencer is made of, by its path on a host: the same on every one of them. */
export function agentFiles(project: string): Readonly<Record<string, string>> {
  const source = path.join(project, SOURCE);
  const text = (name: string): string => readFileSync(path.join(source, name), "utf8");
  const program = ["main.py", ...namesIn(source, "proxmox_ha_fencer", ".py")];
  const units = namesIn(source, "units", "");
  return Object.fromEntries([
    ...program.map((name) => [`${PROGRAM}/${name}`, text(name)] as const),
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
