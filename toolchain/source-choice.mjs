import { isAtLeast } from "./version.mjs";

/** @typedef {{ reason: string }} Reasoned */

/**
 * A CLI on PATH is taken only with its Node parts beside it: without them every stack fails later, in words that name
 * neither the CLI nor the file that is missing.
 * @param {{ file: string, version: string, oldest: string, missing: string[] }} found
 * @returns {{ usable: true, version: string, reason: string } | { usable: false, reason: string }}
 */
export function judgeCli({ file, version, oldest, missing }) {
  const plain = version.replace(/^v/, "");
  if (!isAtLeast(plain, oldest)) {
    const what = plain === "" ? "does not say its version" : `is ${plain}, older than ${oldest}`;
    return { usable: false, reason: `${file} ${what}` };
  }
  if (missing.length > 0)
    return { usable: false, reason: `${file} has no ${missing.join(" and no ")} beside it` };
  return { usable: true, version: plain, reason: `PATH has ${plain}, which is new enough` };
}

/**
 * For what is neither on PATH nor in the cache: a download is quicker than a build, and a build always works with Go.
 * @param {{ official: Reasoned & { answers: boolean }, go: Reasoned & { usable: boolean } }} ways
 * @returns {{ source: "download" | "build" | "none", reason: string }}
 */
export function obtainableSource({ official, go }) {
  if (official.answers) return { source: "download", reason: official.reason };
  const reason = `${official.reason}; ${go.reason}`;
  return { source: go.usable ? "build" : "none", reason };
}
