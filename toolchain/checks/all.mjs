import path from "node:path";
import { run } from "../command.mjs";
import { repository } from "../paths.mjs";
import { domainWords, misspeltDomainWords } from "./domain-words.mjs";
import { brokenHouseRules } from "./house-rules.mjs";
import { checkLicences } from "./licences.mjs";
import { pythonLint, pythonTypes } from "./python.mjs";
import { interpreterOf, readText, repositoryFiles } from "./repository-files.mjs";
import { checkVulnerabilities } from "./vulnerabilities.mjs";

/**
 * @typedef {{ outcome: "passed" | "failed" | "not run" | "not offered", note?: string, output?: string }} CheckResult
 * @typedef {{ name: string, check: () => Promise<CheckResult> }} Check
 */

/** @type {Check[]} the slow ones first, so that two processors end at the same time */
export const checks = [
  { name: "types", check: () => tool("typescript/bin/tsc", ["-p", "tsconfig.check.json"]) },
  { name: "spelling", check: spelling },
  { name: "dead code", check: () => tool("knip/bin/knip.js", ["--no-progress"]) },
  {
    name: "code that only tests use",
    check: () => tool("knip/bin/knip.js", ["--no-progress", "--production"]),
  },
  { name: "types of Python", check: pythonTypes },
  { name: "import directions", check: importDirections },
  { name: "format and lint", check: formatAndLint },
  { name: "generated files", check: generatedFiles },
  { name: "house rules", check: houseRules },
  { name: "scripts", check: scriptSyntax },
  { name: "lint of Python", check: async () => pythonLint((await scripts()).python) },
  { name: "licences", check: licences },
  { name: "vulnerabilities", check: checkVulnerabilities },
];

/**
 * @param {import("../command.mjs").Finished} finished
 * @returns {CheckResult}
 */
function resultOf({ status, stdout, stderr }) {
  const output = `${stdout}${stderr}`.trim();
  return status === 0 ? { outcome: "passed" } : { outcome: "failed", output };
}

/**
 * @param {string[]} findings
 * @param {string} note
 * @returns {CheckResult}
 */
function resultOfFindings(findings, note) {
  return findings.length === 0
    ? { outcome: "passed", note }
    : { outcome: "failed", output: findings.join("\n") };
}

/**
 * @param {string} script its path in node_modules
 * @param {string[]} args
 */
async function tool(script, args) {
  const file = path.join(repository, "node_modules", script);
  return resultOf(await run(process.execPath, [file, ...args], { cwd: repository }));
}

async function formatAndLint() {
  const args = ["ci", "--colors=off", "--max-diagnostics=50", "--diagnostic-level=warn", "."];
  return await tool("@biomejs/biome/bin/biome", args);
}

async function importDirections() {
  const places = [
    "config",
    "components",
    "dynamic-providers",
    "automation",
    "twin",
    "tests",
    "toolchain",
    "index.ts",
  ];
  const files = await repositoryFiles();
  const there = places.filter((place) => files.some((file) => file.startsWith(place)));
  const args = ["--config", ".dependency-cruiser.cjs", "--output-type", "err-long", ...there];
  return await tool("dependency-cruiser/bin/dependency-cruise.mjs", args);
}

async function generatedFiles() {
  const generator = path.join(repository, "toolchain", "generate.mjs");
  return resultOf(await run(process.execPath, [generator, "--check"], { cwd: repository }));
}

async function spelling() {
  const words = domainWords();
  const files = (await repositoryFiles()).filter((file) =>
    /\.(md|ts|mts|mjs|cjs|py|ya?ml|go)$/.test(file),
  );
  const findings = files
    .filter(
      (file) =>
        !/fixtures\/|^tests\/unit\/config\//.test(file) && !file.endsWith("domain-words.test.mts"),
    )
    .flatMap((file) =>
      misspeltDomainWords(readText(file) ?? "", words).map(
        ({ line, found, meant }) => `${file}:${line}: "${found}", did you mean "${meant}"?`,
      ),
    );
  const typos = await tool("cspell/bin.mjs", [
    "lint",
    "--no-progress",
    "--no-summary",
    "--dot",
    ...files,
  ]);
  const output = [...findings, typos.output ?? ""].filter(Boolean).join("\n");
  return output ? { outcome: /** @type {const} */ ("failed"), output } : typos;
}

/** @returns {Promise<CheckResult>} */
async function houseRules() {
  // It needs a package, and a clean clone has none until the checks have installed them.
  const { unquotedValues } = await import("./shell-texts.mjs");
  const files = (await repositoryFiles()).filter(
    (file) => !/(^|\/)(fixtures\/|package-lock)/.test(file),
  );
  const findings = files.flatMap((file) => {
    const text = readText(file) ?? "";
    return [...brokenHouseRules(file, text), ...unquotedValues(file, text)];
  });
  return resultOfFindings(findings, `${files.length} files`);
}

async function scripts() {
  /** @type {Record<"sh" | "bash" | "python", string[]>} */
  const found = { sh: [], bash: [], python: [] };
  for (const file of await repositoryFiles()) {
    const text = readText(file) ?? "";
    const interpreter = interpreterOf(text) ?? (file.endsWith(".py") ? "python" : undefined);
    if (interpreter) found[interpreter].push(file);
  }
  return found;
}

/** @returns {Promise<CheckResult>} */
async function scriptSyntax() {
  const found = await scripts();
  const results = await Promise.all([
    ...found.sh.map((file) => run("sh", ["-n", file], { cwd: repository })),
    ...found.bash.map((file) => run("bash", ["-n", file], { cwd: repository })),
  ]);
  const findings = results.flatMap(({ status, stdout, stderr }) =>
    status === 0 ? [] : [`${stdout}${stderr}`.trim()],
  );
  return resultOfFindings(findings, `${found.sh.length + found.bash.length} files`);
}

/** @returns {Promise<CheckResult>} */
async function licences() {
  const { packages, findings } = checkLicences();
  return resultOfFindings(findings, `${packages} packages`);
}
