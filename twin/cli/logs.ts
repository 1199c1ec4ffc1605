import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { twinPaths } from "../paths.js";
import { plainText } from "../process/plain-text.js";
import { print } from "./action.js";
import { ask } from "./client.js";
import { handOver } from "./enter.js";

/** The log of one part; for a part without one, the names of all that have one. */
export async function logFile(name: string, part: string | undefined): Promise<string> {
  await ask(name, "GET", "/progress");
  const { run } = twinPaths(name);
  const file = join(run, `${part ?? "supervisor"}.log`);
  if (existsSync(file)) return file;
  const parts = readdirSync(run)
    .filter((one) => one.endsWith(".log"))
    .map((one) => one.replace(/\.log$/, ""))
    .sort();
  const [consoles, others] = [true, false].map((console) =>
    parts.filter((one) => one.startsWith("console-") === console),
  );
  throw badInput(
    part?.startsWith("console-") === true
      ? `no node ${part.slice("console-".length)} has a console; there are ${nodesOf(consoles)}`
      : `there is no log "${part}"; there are ${others?.join(", ")}, and \`twin console\` for the nodes`,
  );
}

function nodesOf(consoles: readonly string[] | undefined): string {
  return (consoles ?? []).map((one) => one.slice("console-".length)).join(", ");
}

export async function showLog(file: string, follow: boolean): Promise<number | undefined> {
  if (follow) return handOver(["tail", "--lines=+1", "--follow", file], process.env);
  // A console is written for a terminal of its own; here its colours and moves would only disturb.
  print(plainText(readFileSync(file, "utf8")));
  return undefined;
}
