import { run, runOrFail } from "../command.mjs";
import { readRequirements } from "./requirements.mjs";

const installSeconds = 60;
const lockWaitSeconds = 600;

/**
 * @param {string} dpkgAnswer lines of "name status"
 * @param {string[]} wanted
 * @returns {string[]}
 */
export function missingPackages(dpkgAnswer, wanted) {
  const installed = new Set(
    dpkgAnswer
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([, status]) => status === "installed")
      .map(([name]) => name),
  );
  return wanted.filter((name) => !installed.has(name));
}

/**
 * @param {"debian" | "long"} [list] those of every set-up, or those of the long tests alone
 * @returns {Promise<string[] | undefined>} undefined where there is no dpkg
 */
export async function missingDebianPackages(list = "debian") {
  const wanted = readRequirements()[list].map(({ name }) => name);
  if (wanted.length === 0) return [];
  const query = ["-W", "-f", "$" + "{Package} $" + "{db:Status-Status}\\n", ...wanted];
  const answer = await run("dpkg-query", query).catch(() => undefined);
  return answer && missingPackages(answer.stdout, wanted);
}

/**
 * Only the twin and tests need Debian packages, so a machine that can't have them is told and goes on.
 * @param {import("../progress.mjs").Progress} progress
 * @param {"debian" | "long"} [list]
 */
export async function installDebianPackages(progress, list = "debian") {
  const missing = await missingDebianPackages(list);
  const whose = list === "debian" ? "the twin" : "long tests";
  if (missing === undefined) {
    progress.say("Debian packages", `this is not a Debian system; ${whose} can't run here`);
    return;
  }
  if (missing.length === 0) return;
  const what = missing.join(" ");
  if (process.getuid?.() !== 0) {
    progress.say(
      "Debian packages",
      `not root, so the packages of ${whose} stay missing. Run: sudo apt-get update && sudo apt-get install --no-install-recommends ${what}`,
    );
    return;
  }
  await progress.long("Debian packages", `installing ${what}`, installSeconds, async () => {
    await aptGet(["update"]);
    await aptGet(["install", "--yes", "--no-install-recommends", ...missing]);
  });
}

/** @param {string[]} args */
async function aptGet(args) {
  await runOrFail("apt-get", ["-q", "-o", `DPkg::Lock::Timeout=${lockWaitSeconds}`, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
