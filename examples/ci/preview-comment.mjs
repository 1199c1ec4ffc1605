import { block, fitting, inline } from "./markdown.mjs";

/**
 * @typedef {import("./answers.mjs").Validation} Validation
 * @typedef {import("./answers.mjs").Run} Run
 * @typedef {import("./answers.mjs").Step} Step
 * @typedef {import("./answers.mjs").Finding} Finding
 */

/** GitHub takes 65536 signs; the others take more. */
const mostSigns = 60_000;
const mostEntries = 100;
const mostReasons = 20;

/** What the exit statuses of `preview` mean to somebody who is asked to agree. */
const meanings = new Map([
  [0, ["nothing to do", "The cluster is as the stack file says, as far as the hosts were seen."]],
  [1, ["failed", "A step failed. Nothing was changed."]],
  [2, ["mistakes in the stack file", "Each has its line and what to write. No host was asked."]],
  [
    3,
    [
      "refused",
      "The cluster would not survive it, or a person has to decide. Nothing was changed.",
    ],
  ],
  [4, ["changes", "`up` makes them, once this is merged and agreed to."]],
  [5, ["no host answered", "This is by the file and the records alone, and proves little."]],
  [130, ["interrupted", "Nothing was changed."]],
]);

/** Of these something may be lost. */
const grave = ["remove", "remove old", "replace"];
const graveRisks = ["irreversible", "data at risk"];

/**
 * The line by which the comment is found again.
 * @param {string} stack
 */
export const markerOf = (stack) =>
  `<!-- proxmox-ha preview ${encodeURIComponent(stack).replaceAll("-", "%2D")} -->`;

/**
 * The status is that of the last verb that ran; where the stack file has mistakes there was no preview.
 * @typedef {{
 *   stack: string,
 *   status: number,
 *   validation: Validation | undefined,
 *   preview: Run | undefined,
 * }} Told
 */

/**
 * A comment for a pull request: what would happen, what is grave in it, and what the exit status means.
 * @param {Told} told
 */
export function commentOf({ stack, status, validation, preview }) {
  const [short, long] = meanings.get(status) ?? ["failed", "The job's log says more."];
  const parts = [
    `${markerOf(stack)}\n## ${inline(stack)}: ${short}`,
    `${long} (exit status ${status})`,
    ...(preview === undefined ? [] : countsIn(preview)),
    ...(preview === undefined ? [] : errorsIn(preview)),
    ...findingsIn(validation, "error", "Mistakes"),
    ...(preview === undefined
      ? []
      : [...gravestIn(preview), ...consentsIn(preview), ...warningsIn(preview, validation)]),
    ...findingsIn(validation, "warning", "Warnings of the stack file"),
    ...(preview === undefined ? [] : [...phasesIn(preview), ...notesIn(preview)]),
  ];
  return fitting(parts, mostSigns, `${inline(`proxmox-ha preview ${stack}`)} shows all.`);
}

/** @param {Run} preview */
function countsIn({ changes }) {
  const done = Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0);
  const same = changes.same ?? 0;
  const words = [...done.map(([op, count]) => `${count} to ${inline(op)}`), `${same} as wanted`];
  return done.length + same === 0 ? [] : [words.join(", ")];
}

/** @param {Run} preview */
const errorsIn = ({ errors }) =>
  errors.length === 0 ? [] : [`### What went wrong`, ...listed(errors, block)];

/**
 * @param {Validation | undefined} validation
 * @param {Finding["severity"]} severity
 * @param {string} title
 */
function findingsIn(validation, severity, title) {
  const files = validation?.files ?? [];
  const found = files.flatMap(({ file, findings }) =>
    findings.filter((one) => one.severity === severity).map((one) => ({ file, ...one })),
  );
  const known = severity === "warning" ? files.reduce((sum, one) => sum + one.acknowledged, 0) : 0;
  return [
    ...(found.length === 0 ? [] : [`### ${title}`, listed(found, findingLine).join("\n")]),
    ...(known === 0 ? [] : [`${known} acknowledged in the stack file: not told.`]),
  ];
}

/** @param {Finding & { file: string }} finding */
function findingLine({ file, line, column, code, path, what, fix }) {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const at = path === "" ? "" : ` at ${inline(path)}`;
  return `- ${inline(place)} ${inline(code)}${at}\n  - ${inline(what)}\n  - ${inline(fix)}`;
}

/** @param {Run} preview */
function gravestIn({ steps }) {
  const some = steps.filter(
    ({ action, risks }) =>
      grave.includes(action) || risks.some((risk) => graveRisks.includes(risk)),
  );
  return some.length === 0
    ? []
    : [
        "### Look twice: this goes away, is made anew or cannot be taken back",
        listed(some, stepLine).join("\n"),
      ];
}

/**
 * What the stack file does not consent to yet, each once.
 * @param {Run} preview
 */
function consentsIn({ steps }) {
  const missing = new Map(
    steps
      .flatMap(({ consents }) => consents)
      .filter(({ heldUntil }) => heldUntil === undefined)
      .map(({ entry, why }) => [`consent: {${entry}}`, why]),
  );
  const line = (/** @type {[string, string]} */ [what, why]) => `- ${inline(what)} ${inline(why)}`;
  return missing.size === 0
    ? []
    : ["### Consents that it may ask for", listed([...missing], line).join("\n")];
}

/**
 * Without what the stack file's own warnings say below, with their places.
 * @param {Run} preview
 * @param {Validation | undefined} validation
 */
function warningsIn({ warnings }, validation) {
  const known = (validation?.files ?? []).flatMap(({ findings }) => findings);
  const news = warnings.filter(
    ({ text }) =>
      !known.some(({ path, code }) => text.startsWith(`${path}: `) && text.endsWith(`[${code}]`)),
  );
  return told("To think about", news);
}

/** @param {Run} preview */
const notesIn = ({ notes }) => told("Seen on the hosts", notes);

/**
 * @param {string} title
 * @param {Run["notes"]} some
 */
function told(title, some) {
  const line = (/** @type {Run["notes"][number]} */ { subject, text }) =>
    `- ${subject === undefined ? "" : `${inline(subject)}: `}${inline(text)}`;
  return some.length === 0 ? [] : [`### ${title}`, listed(some, line).join("\n")];
}

/** @param {Run} preview */
function phasesIn({ steps }) {
  const phases = [...new Set(steps.map(({ phase }) => phase))];
  return phases.map((phase) => {
    const here = steps.filter((step) => step.phase === phase);
    return `### ${inline(here[0]?.title ?? phase)} (${here.length})\n\n${listed(here, stepLine).join("\n")}`;
  });
}

/** @param {Step} step */
function stepLine({ action, name, kind, why, risks }) {
  const risk = risks.includes("none") ? "" : `: ${inline(risks.join(", "))}`;
  const reasons = listed(why, (reason) => `\n  - ${inline(reason)}`, mostReasons).join("");
  return `- ${inline(action)} ${inline(name)} (${inline(kind)})${risk}${reasons}`;
}

/**
 * @template Entry
 * @param {readonly Entry[]} entries
 * @param {(entry: Entry) => string} line
 * @param {number} most
 */
function listed(entries, line, most = mostEntries) {
  const left = entries.length - most;
  return [...entries.slice(0, most).map(line), ...(left > 0 ? [`\n_and ${left} more_`] : [])];
}
