import { readFileSync } from "node:fs";
import path from "node:path";
import { runOrFail } from "../command.mjs";
import { repository } from "../paths.mjs";

/**
 * Files under version control, and new ones that are not ignored.
 * @returns {Promise<string[]>}
 */
export async function repositoryFiles() {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = await runOrFail("git", args, { cwd: repository });
  return stdout.split("\0").filter(Boolean);
}

/**
 * @param {string} file
 * @returns {string | undefined} undefined for what is gone, a link, or not text
 */
export function readText(file) {
  try {
    const content = readFileSync(path.join(repository, file));
    return content.includes(0) ? undefined : content.toString();
  } catch {
    return undefined;
  }
}

/**
 * The interpreter that a script names in its first line.
 * @param {string} text
 * @returns {"sh" | "bash" | "python" | undefined}
 */
export function interpreterOf(text) {
  const first = text.split("\n", 1)[0] ?? "";
  const program = /^#!\s*(?:\S*\/env\s+)?(?:\S*\/)?(\w+)/.exec(first)?.[1];
  if (program === "sh" || program === "dash") return "sh";
  if (program === "bash") return "bash";
  return program?.startsWith("python") ? "python" : undefined;
}
