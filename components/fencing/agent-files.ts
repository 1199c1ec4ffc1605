import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FENCER_FOLDER } from "../../config/plan/fence.js";
import { packageFolder } from "../../dynamic-providers/transport/program-files.js";
import { digestOfText } from "../kit/digest.js";

/** Where the fencer's own files lie, seen from the program's package: the state calls them the same in every project. */
const SOURCE = path.join("agents", "fencer");
const UNITS = "/etc/systemd/system";

/** Named and not held, as each host's part of the state would hold them once more. */
export type AgentFiles = Readonly<
  Record<string, { readonly path: string; readonly sha256: string }>
>;

/** What the fencer is made of, by its path on a host: the same on every one of them. */
export function agentFiles(): AgentFiles {
  const source = (name: string): AgentFiles[string] => {
    const file = path.join(SOURCE, name);
    return {
      path: file,
      sha256: digestOfText(readFileSync(path.join(packageFolder(), file), "utf8")),
    };
  };
  const program = ["main.py", ...namesIn("proxmox_ha_fencer", ".py")];
  return Object.fromEntries([
    ...program.map((name) => [`${FENCER_FOLDER}/${name}`, source(name)] as const),
    ...namesIn("units", "").map(
      (name) => [`${UNITS}/${path.basename(name)}`, source(name)] as const,
    ),
  ]);
}

/** Sorted, because files that change their order would be another wish. */
function namesIn(folder: string, ending: string): string[] {
  const source = path.join(packageFolder(), SOURCE);
  return readdirSync(path.join(source, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
    .sort();
}
