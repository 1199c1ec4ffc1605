/**
 * The end of `npm start`: how the cluster is, what of it is real, how to go on.
 * @param {{
 *   stack: string,
 *   cluster: string,
 *   gap: import("./ring-gap.mjs").RingGap | string | undefined,
 *   twin: import("./twin.mjs").TwinStatus | undefined,
 *   report: string,
 * }} facts
 * @returns {string}
 */
export function screen({ stack, cluster, gap, twin, report }) {
  const node = twin?.hosts[0]?.name ?? "NODE";
  return [
    "",
    cluster.trimEnd(),
    "",
    ...(gap === undefined ? [] : ["Ring cable pulled", `  ${gapText(gap)}`, ""]),
    ...(twin === undefined ? [] : sections(twin)),
    "Report, for a browser",
    `  ${report}`,
    "",
    "Go on",
    `  npx proxmox-ha twin ssh ${stack} ${node}            log in to a node`,
    `  npx proxmox-ha twin run ${stack} -- npx proxmox-ha status ${stack}`,
    `  npx proxmox-ha twin fault ${stack} --help        break something`,
    `  npx proxmox-ha twin down ${stack}                end it; nothing stays behind`,
    "",
  ].join("\n");
}

/** @param {import("./ring-gap.mjs").RingGap | string} gap */
function gapText(gap) {
  return typeof gap === "string"
    ? `not measured: ${gap}`
    : `${gap.cable}: traffic stood still for ${gap.gapMs} ms, then took the other way round; the cable is back`;
}

/** @param {import("./twin.mjs").TwinStatus} twin */
function sections({ real, replaced }) {
  return [
    "Real in this twin",
    ...wrapped(real.join("; ")),
    "Replaced by something near",
    ...replaced.map(({ what, by }) => `  ${what}: ${by}`),
    "",
  ];
}

/**
 * @param {string} text
 * @param {number} [width]
 */
function wrapped(text, width = 108) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(`  ${word}`);
    }
  }
  return [...lines, ""];
}
