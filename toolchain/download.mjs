import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runOrFail } from "./command.mjs";

/** A host that doesn't answer within this time is taken for unreachable; building from source always works. */
const answerWithinMs = 4_000;
const wholeDownloadMs = 10 * 60_000;

/** Downloads can be switched off where policy or a firewall makes them pointless. */
export const downloadsAllowed = (env = process.env) => env.PROXMOX_HA_DOWNLOADS !== "off";

/**
 * @param {string} url
 * @returns {Promise<{ answers: boolean, reason: string }>}
 */
export async function probe(url) {
  const host = new URL(url).host;
  if (!downloadsAllowed())
    return { answers: false, reason: "downloads are switched off (PROXMOX_HA_DOWNLOADS=off)" };
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return response.ok
      ? { answers: true, reason: `${host} answers` }
      : { answers: false, reason: `${host} answers ${response.status}` };
  } catch (error) {
    const cause = error instanceof Error && error.name === "TimeoutError" ? "in time" : "at all";
    return { answers: false, reason: `${host} does not answer ${cause}` };
  }
}

/**
 * Fetches a .tar.gz and unpacks it into an existing folder.
 * @param {string} url
 * @param {string} folder
 * @param {{ stripComponents: number }} options
 */
export async function downloadArchive(url, folder, { stripComponents }) {
  mkdirSync(folder, { recursive: true });
  const archive = path.join(folder, "archive.tar.gz");
  const response = await fetch(url, { signal: AbortSignal.timeout(wholeDownloadMs) });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  const strip = `--strip-components=${stripComponents}`;
  await runOrFail("tar", ["-xzf", archive, "-C", folder, strip, "--no-same-owner"]);
  rmSync(archive);
}
