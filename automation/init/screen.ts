import path from "node:path";
import type { Finding } from "../../config/findings/finding.js";
import type { Draft } from "./conclude/draft.js";

interface End {
  readonly stack: string;
  readonly file: string;
  readonly draft: Draft;
  readonly warnings: readonly Finding[];
}

/** What a person reads when the file is written. */
export function renderEnd({ stack, file, draft: { cluster, margin }, warnings }: End): string {
  const nodes = Object.keys(cluster.nodes);
  return `${[
    `${path.basename(file)} is written: the cluster ${cluster.name} with ${nodes.join(", ")}. It validates.`,
    ...titled("Seen, and not said by the file; a run leaves it alone:", margin.unsaid),
    ...titled(
      "Seen, and other than the file says it; read this before the first `up`:",
      margin.differs,
    ),
    ...titled(
      "Secrets that the file names; set them for every command:",
      margin.secrets.map(({ place, what }) => `${place}: ${what}`),
    ),
    ...titled(
      "What `validate` warns of:",
      warnings.map(({ path: at, what }) => (at === "" ? what : `${at}: ${what}`)),
    ),
    "",
    "Next:",
    `  npx proxmox-ha validate ${stack}   after each change of the file`,
    `  npx proxmox-ha doctor ${stack}     what would stand in the way; writes nothing`,
    `  npx proxmox-ha preview ${stack}    what \`up\` would do`,
  ].join("\n")}\n`;
}

function titled(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ["", title, ...entries.map((entry) => `  - ${entry}`)];
}

export function findingLines(findings: readonly Finding[], text: string): string[] {
  const rows = text.split("\n");
  return findings.flatMap(({ line, path: at, what, fix }) => [
    `  ${at}: ${what} ${fix}`,
    ...(line === undefined ? [] : [`    ${line}: ${rows[line - 1]?.trim() ?? ""}`]),
  ]);
}
