/**
 * Reads "v3.259.0", "go1.26.8" or "3.259.0-alpha.1" as three numbers; a pre-release counts as its release.
 * @param {string} text
 * @returns {[number, number, number] | undefined}
 */
export function parseVersion(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!found) return undefined;
  return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/**
 * @param {string | undefined} version
 * @param {string} oldest
 * @returns {boolean} false as well when either text holds no version
 */
export function isAtLeast(version, oldest) {
  const have = version === undefined ? undefined : parseVersion(version);
  const want = parseVersion(oldest);
  if (!have || !want) return false;
  for (const place of /** @type {const} */ ([0, 1, 2])) {
    if (have[place] !== want[place]) return have[place] > want[place];
  }
  return true;
}
