import { plural } from "../../config/plan/describe-text.js";
import type { ExitStatus } from "../engine/exit-status.js";
import type { SecurityFinding, Severity } from "./finding.js";

/** What `drill security` came to. */
export interface SecurityReport {
  readonly status: ExitStatus;
  readonly drill: "security";
  /** Nodes that were to be looked at. */
  readonly nodes: readonly string[];
  readonly unreachable: readonly string[];
  /** The worst first. */
  readonly findings: readonly SecurityFinding[];
}

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: "error",
  unknown: "not known",
  warning: "warning",
};

/** The report for a person. */
export function renderSecurity(report: SecurityReport): string {
  const lines = report.findings.flatMap(({ severity, node, at, found, fix }) => [
    `${SEVERITY_WORDS[severity].padEnd(9)}  ${placeOf({ node, at })}: ${found}`,
    `           -> ${fix}`,
  ]);
  return `${[...lines, closing(report)].join("\n")}\n`;
}

export const placeOf = ({
  node,
  at,
}: {
  readonly node?: string | undefined;
  readonly at: string;
}): string => (node === undefined ? at : `${node}, ${at}`);

function closing({ nodes, unreachable, findings }: SecurityReport): string {
  const of = (severity: Severity): number =>
    findings.filter((one) => one.severity === severity).length;
  const counted = [
    plural(of("error"), "error"),
    `${of("unknown")} ${SEVERITY_WORDS.unknown}`,
    plural(of("warning"), "warning"),
  ];
  const silent = unreachable.length === 0 ? "" : ` Not seen: ${unreachable.join(", ")}.`;
  return findings.length === 0
    ? `Nothing was found on ${nodes.join(", ")}, and every look was answered.`
    : `${counted.join(", ")}.${silent} Nothing was changed.`;
}
