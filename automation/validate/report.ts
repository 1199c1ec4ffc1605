import type { Finding } from "../../config/findings/finding.js";
import { acknowledgedLine, amount } from "../acknowledged-warnings.js";
import type { FileReport } from "./file-report.js";

/** One JSON document for programs: stable names, no prose to parse. */
export function jsonReport(reports: readonly FileReport[]): string {
  const of = (severity: Finding["severity"]) => count(reports, severity);
  return `${JSON.stringify(
    { errors: of("error"), warnings: of("warning"), files: reports },
    undefined,
    2,
  )}\n`;
}

/** Errors before warnings, each with a place that editors and terminals can jump to. */
export function humanReport(reports: readonly FileReport[], project: string): string {
  if (reports.length === 0) {
    return `No stack file (Pulumi.<stack>.yaml) in ${project}.\n`;
  }
  const blocks = reports.map(fileBlock);
  return `${blocks.join("\n")}\n${summary(reports)}\n`;
}

function fileBlock(report: FileReport): string {
  const errors = report.findings.filter(({ severity }) => severity === "error");
  const warnings = report.findings.filter(({ severity }) => severity === "warning");
  const lines = [
    `${report.file}: ${verdict(errors.length, warnings.length)}`,
    ...[...errors, ...warnings].map((finding) => findingBlock(report.file, finding)),
  ];
  if (report.acknowledged > 0) {
    lines.push(`  ${acknowledgedLine(report.acknowledged)}`);
  }
  if (!report.complete) {
    lines.push("  Checks across the whole file follow once this is right.");
  }
  return `${lines.join("\n")}\n`;
}

function verdict(errors: number, warnings: number): string {
  if (errors === 0 && warnings === 0) {
    return "ok";
  }
  return [
    errors === 0 ? "ok" : amount(errors, "error"),
    ...(warnings === 0 ? [] : [amount(warnings, "warning")]),
  ].join(", ");
}

function findingBlock(file: string, finding: Finding): string {
  const place = finding.line === undefined ? file : `${file}:${finding.line}:${finding.column}`;
  const at = finding.path === "" ? "" : ` at ${finding.path}`;
  return [
    `  ${place}: ${finding.severity} ${finding.code}${at}`,
    `    ${finding.what}`,
    `    -> ${finding.fix}`,
  ].join("\n");
}

function summary(reports: readonly FileReport[]): string {
  const checked = reports.length === 1 ? "1 file" : `${reports.length} files`;
  return `${checked}: ${amount(count(reports, "error"), "error")}, ${amount(count(reports, "warning"), "warning")}`;
}

function count(reports: readonly FileReport[], severity: Finding["severity"]): number {
  return reports.reduce(
    (sum, { findings }) => sum + findings.filter((one) => one.severity === severity).length,
    0,
  );
}
