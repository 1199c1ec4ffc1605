/** @typedef {import("./answers.mjs").Run} Run */

const mostSteps = 50;

/**
 * What a nightly look found, in lines for a log. The first one is what an alarm needs.
 * @param {{ stack: string, status: number, run: Run }} found `run` is of the last verb that ran
 * @returns {string[]}
 */
export function driftOf({ stack, status, run }) {
  switch (status) {
    case 0:
      return [`${stack}: no drift`];
    case 4:
      return [
        `${stack}: DRIFT. Either somebody changed this on the hosts, or it was merged and not brought up:`,
        ...run.steps.slice(0, mostSteps).flatMap(stepLines),
        ...(run.steps.length > mostSteps ? [`  and ${run.steps.length - mostSteps} more`] : []),
        "If the hosts are right, write it into the stack file; if the file is right, run `up`.",
      ];
    case 5:
      return [`${stack}: UNREACHABLE. Whether there is drift is not known.`, ...run.errors];
    default:
      return [`${stack}: the look failed with status ${status}.`, ...run.errors];
  }
}

/** @param {Run["steps"][number]} step */
function stepLines({ action, title, name, kind, why }) {
  return [`  ${action} ${name} (${kind}, ${title})`, ...why.map((reason) => `    ${reason}`)];
}
