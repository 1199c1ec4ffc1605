import { expect } from "vitest";
import { z } from "zod";
import { eventually } from "../../../twin/testing/index.js";
import type { ProgramTwin } from "./program-twin.js";

const UNIT = "secret-sampler";
const FOLDER = "/run/secret-sampler";
const EVERY_MS = 20;
/** Shows that the sampler sees what lives for a moment only. */
const PLANTED = "planted-for-the-sampler";

/** Reads arguments and environment of all processes of a host, over and over, and keeps who showed a password of the fencer. */
const SAMPLER = `
import glob, json, os, time
nodes = json.load(open("/etc/proxmox-ha/fencer/fencer.json"))["nodes"]
devices = [d for n in nodes for level in n["levels"] for d in level]
keys = ("password", "community", "encryptionPassword")
secrets = {d[k].encode() for d in devices for k in keys if k in d}
assert secrets
samples, found, planted, slowest, last = 0, set(), 0, 0.0, time.monotonic()
while not os.path.exists("${FOLDER}/stop"):
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(path, "rb") as source:
                text = source.read()
        except OSError:
            continue
        planted += b"${PLANTED}" in text
        if any(secret in text for secret in secrets):
            with open(os.path.dirname(path) + "/comm") as source:
                found.add(source.read().strip() + " " + os.path.basename(path))
    samples += 1
    now = time.monotonic()
    slowest, rest = max(slowest, now - last), ${EVERY_MS / 1_000} - (now - last)
    time.sleep(max(0.0, rest))
    last = time.monotonic()
json.dump({"samples": samples, "found": sorted(found), "planted": planted, "slowestMs": round(slowest * 1000)}, open("${FOLDER}/seen", "w"))
`;

const seen = z.strictObject({
  samples: z.number(),
  found: z.array(z.string()),
  planted: z.number(),
  slowestMs: z.number(),
});

/** Begins on these hosts, again every 20 ms; what it returns ends it and expects that nothing was seen. */
export async function sampleSecrets(
  twin: ProgramTwin,
  nodes: readonly string[],
): Promise<() => Promise<void>> {
  for (const node of nodes) {
    await twin.on(
      node,
      `rm -rf ${FOLDER}; mkdir -m 700 ${FOLDER} && cat >${FOLDER}/program <<'EOF'\n${SAMPLER}\nEOF\nsystemd-run -q --collect --unit=${UNIT} python3 -I -B ${FOLDER}/program && sh -c 'sleep 2' ${PLANTED}`,
    );
  }
  return async () => {
    for (const node of nodes) {
      await twin.on(node, `touch ${FOLDER}/stop`);
      await eventually(
        async () => (await twin.on(node, `ls ${FOLDER}`)).includes("seen"),
        () => `the sampler on ${node} does not end`,
        60_000,
      );
      const { samples, found, planted, slowestMs } = seen.parse(
        JSON.parse(await twin.on(node, `cat ${FOLDER}/seen`)),
      );
      console.log(`${node}: ${samples} samples, the slowest took ${slowestMs} ms`);
      expect(planted).toBeGreaterThan(0);
      expect(found).toEqual([]);
    }
  };
}
