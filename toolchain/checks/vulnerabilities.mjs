import { run } from "../command.mjs";
import { repository } from "../paths.mjs";

const deadlineMs = 30_000;

/** What registries say that have no such service: not found, not allowed, not implemented. */
const withoutAudit = [404, 405, 501];

/**
 * @typedef {{ name?: string, severity?: string, via?: unknown[], fixAvailable?: unknown }} Vulnerability
 * @typedef {{ vulnerabilities?: Record<string, Vulnerability>, metadata?: { vulnerabilities?: Record<string, number> }, statusCode?: number }} AuditAnswer
 */

/**
 * Some registries and mirrors offer no audit; that is said, and is neither a pass nor a failure: who runs the checks decides
 * (`npm run check -- --registry-without-audit`).
 * @returns {Promise<import("./all.mjs").CheckResult>}
 */
export async function checkVulnerabilities() {
  const args = ["audit", "--json", "--audit-level=high"];
  const answer = await run("npm", args, { cwd: repository, deadlineMs });
  return judgeAudit(answer.stdout);
}

/**
 * @param {string} json what `npm audit --json` printed
 * @returns {import("./all.mjs").CheckResult}
 */
export function judgeAudit(json) {
  /** @type {AuditAnswer} */
  let answer;
  try {
    answer = JSON.parse(json);
  } catch {
    return { outcome: "not run", note: "the registry did not answer" };
  }
  if (answer.statusCode && withoutAudit.includes(answer.statusCode))
    return { outcome: "not offered", note: "the registry offers no audit" };
  if (!answer.metadata?.vulnerabilities || !answer.vulnerabilities)
    return { outcome: "not run", note: "the registry did not answer with an audit" };
  const grave = Object.entries(answer.vulnerabilities).filter(([, found]) =>
    ["high", "critical"].includes(found.severity ?? ""),
  );
  const { low = 0, moderate = 0 } = answer.metadata.vulnerabilities;
  if (grave.length === 0) return { outcome: "passed", note: `${low + moderate} below high` };
  const lines = grave.map(([name, { severity, fixAvailable }]) => {
    const fix = fixAvailable ? "npm audit fix has a way" : "no fix is known";
    return `${name}: ${severity}; ${fix}`;
  });
  return { outcome: "failed", output: lines.join("\n") };
}
