import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../paths.js";
import { readCases } from "./case.js";
import { type CaseResult, runCases } from "./runner.js";
import type { TargetHost } from "./session.js";

interface Options {
  readonly host: readonly string[];
  readonly passwordFile: string;
  readonly major: string;
  readonly table: readonly string[];
}

/** Holds tables of expected behaviour against a cluster of any Proxmox layer and prints what differs. */
export async function main(argv: readonly string[]): Promise<number> {
  const command = new Command("conformance")
    .requiredOption("--host <key=name=address...>", "hosts in the order of the tables")
    .requiredOption("--password-file <file>", "file with root's password")
    .option("--major <major>", "8 or 9", "9")
    .option("--table <file...>", "tables to run; all of twin/pve/conformance by default", [])
    .parse(argv);
  const options = command.opts<Options>();
  const files = options.table.length > 0 ? options.table : allTables();
  const results = await runCases(
    {
      hosts: options.host.map(parseHost),
      rootPassword: readFileSync(options.passwordFile, "utf8").trimEnd(),
      major: Number(options.major),
    },
    files.flatMap(readCases),
    (result) => process.stdout.write(`${line(result)}\n`),
  );
  const count = (outcome: CaseResult["outcome"]): number =>
    results.filter((result) => result.outcome === outcome).length;
  process.stdout.write(
    `${count("same")} as expected, ${count("different")} different, ${count("skipped")} for another major\n`,
  );
  return count("different") === 0 ? 0 : 1;
}

/** The tables of the repository, in the order of a cluster's life. */
export function allTables(): string[] {
  const folder = join(projectRoot(), "twin", "pve", "conformance");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(folder, name));
}

function parseHost(text: string): TargetHost {
  const [key, name, address] = text.split("=");
  if (!key || !name || !address) {
    throw new Error(
      `"${text}" does not name a host; write key=name=address, for example a=pve-a=10.0.0.1`,
    );
  }
  return { key, name, address };
}

function line(result: CaseResult): string {
  const head = `${result.outcome.padEnd(9)} ${result.id} (${result.seconds.toFixed(1)} s)`;
  return [head, ...result.differences.map((text) => `          ${text}`)].join("\n");
}

if (require.main === module) {
  main(process.argv).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 2;
    },
  );
}
