import { acknowledgedLine, amount } from "../acknowledged-warnings.js";
import type { DoctorFinding } from "./finding.js";
import type { DoctorReport } from "./judge.js";

/** By node, errors first, and one closing sentence. */
export function renderDoctorReport(report: DoctorReport, nodes: readonly string[]): string {
  return [
    ...nodes.flatMap((node) => nodeBlock(report, node)),
    ...(report.acknowledged === 0 ? [] : [acknowledgedLine(report.acknowledged)]),
    `${closing(report)}\n`,
  ].join("\n");
}

function nodeBlock(report: DoctorReport, node: string): string[] {
  const findings = report.findings.filter((one) => one.node === node);
  const measurements = report.measurements.filter((one) => one.node === node && one.good);
  return [
    `${node}${findings.length + measurements.length === 0 ? ": nothing to say" : ""}`,
    ...findings.flatMap(findingLines),
    ...measurements.map(({ what, value }) => `  ok       ${what}: ${value}`),
    "",
  ];
}

function findingLines({ severity, code, evidence, fix }: DoctorFinding): string[] {
  const [first = "", ...rest] = evidence.split("\n");
  return [
    `  ${severity.padEnd(8)} ${code}: ${first}`,
    ...rest.map((line) => `           ${line.trim()}`),
    ...(fix === "" || severity === "info" ? [] : [`           -> ${fix}`]),
  ];
}

function closing({ cluster, errors, warnings, unreachable, measurements }: DoctorReport): string {
  const measured =
    measurements.length === 0
      ? ""
      : ` ${measurements.filter(({ good }) => good).length} of ${measurements.length} measurements are good.`;
  const missing =
    unreachable.length === 0 ? "" : ` Nothing is known about ${unreachable.join(", ")}.`;
  if (errors === 0) {
    const kept = warnings === 0 ? "" : `, with ${amount(warnings, "warning")} to read`;
    return measurements.length === 0
      ? `${cluster}: nothing is in the way of \`up\`${kept}.`
      : `${cluster}: the cluster is sound${kept}.${measured}`;
  }
  return `${cluster}: ${amount(errors, "error")} and ${amount(warnings, "warning")}; mend the errors first.${measured}${missing}`;
}
