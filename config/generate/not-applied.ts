import { NOT_APPLIED } from "../not-applied.js";
import { code, table } from "./markdown.js";

/** What a stack file may say and this version does not make. */
export function notAppliedReference(): string {
  return `${[
    "# Not applied yet",
    "",
    "Made from `config/not-applied.ts` by `npm run generate`; do not edit.",
    "",
    "These parts of a stack file are checked as strictly as the others, and this version does not make what they describe.",
    "`validate` and every run say so of each that a file has. They give the program's API token no right, and their",
    "secrets are not read by a run.",
    "",
    table(
      ["part", "meanwhile"],
      NOT_APPLIED.map(({ path, instead }) => [
        code(path.map((step) => (step === "*" ? "<name>" : step)).join(".")),
        instead,
      ]),
    ),
    "",
    "`install` and `nodes.<name>.install` are for `answer` alone, which tells Proxmox's installer by them how hosts are to be. A run",
    "neither installs hosts nor compares how they were installed.",
  ].join("\n")}\n`;
}
