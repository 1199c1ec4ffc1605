import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { twinPaths } from "../paths.js";
import { ask } from "./client.js";
import { UserProblem } from "./problem.js";

/** The log of one part, or the names of all parts that have one. */
export async function logOf(name: string, part: string | undefined): Promise<string> {
  await ask(name, "GET", "/progress");
  const { run } = twinPaths(name);
  const parts = readdirSync(run)
    .filter((file) => file.endsWith(".log"))
    .map((file) => file.replace(/\.log$/, ""));
  const wanted = part ?? "supervisor";
  const file = join(run, `${wanted}.log`);
  if (!existsSync(file)) {
    throw new UserProblem(`there is no log "${wanted}"; there are ${parts.sort().join(", ")}`);
  }
  return readFileSync(file, "utf8");
}
