// `npm start`: from a fresh clone to the frege cluster, formed on a twin of its hosts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { localBackend, localStack } from "./local-backend.mjs";
import { repository } from "./paths.mjs";
import { makeProgress } from "./progress.mjs";
import { measureRingGap } from "./rehearsal/ring-gap.mjs";
import { screen } from "./rehearsal/screen.mjs";
import { ask, ensureTwin, inside, show, twinStatus } from "./rehearsal/twin.mjs";
import { setUp } from "./setup.mjs";
import { writeAtomically } from "./stamp.mjs";
import { twinObstacles } from "./twin-obstacles.mjs";

const stack = "frege";
const program = path.join(repository, "bin", "index.js");
const settlesMs = 30_000;
/** In the checkout, where a person finds it, also when the twin is gone. */
const reportFile = path.join(repository, ".proxmox-ha", "reports", `${stack}.html`);
/** Beside the twin's own files, so that it goes with the twin. */
const gapFile = path.join("/run/proxmox-ha/twins", stack, "ring-gap.json");

async function main() {
  const progress = makeProgress();
  await setUp(progress);
  if (!existsSync(program)) throw new Error(`${program} is missing although set-up has compiled`);
  const obstacles = await twinObstacles();
  if (obstacles.length > 0) {
    progress.say("twin", `not on this machine: ${obstacles.join("; ")}`);
    progress.say("twin", "instead, `pulumi preview` says what would be done to real hosts");
    return await preview(progress);
  }
  if (!(await ensureTwin(stack, (line) => progress.say("twin", line)))) return 1;
  const began = performance.now();
  const status = await show(inside(stack, ["up", stack, "--no-screen"]));
  progress.say("up", `ended with status ${status} after ${secondsSince(began)} s`);
  if (status !== 0) {
    process.stdout.write(
      `The twin runs on: look at its nodes with \`npx proxmox-ha twin ssh ${stack} ${stack}\`, try again with \`npm start\`, ` +
        `or end it with \`npx proxmox-ha twin down ${stack}\`.\n`,
    );
    return status;
  }
  return await report(progress);
}

/** @param {import("./progress.mjs").Progress} progress */
async function report(progress) {
  const gap = await ringGap(progress);
  const [cluster, twin] = await Promise.all([statusOnceSettled(), twinStatus(stack)]);
  const facts = { stack, cluster: cluster.stdout || cluster.stderr, gap, twin };
  process.stdout.write(screen({ ...facts, report: await writtenReport() }));
  return cluster.status;
}

/** Where the page about the cluster lies, or why there is none. */
async function writtenReport() {
  const { status, stdout, stderr } = await ask(
    inside(stack, ["report", stack, "--out", reportFile]),
  );
  return status === 0 ? reportFile : `not written: ${(stderr || stdout).trim()}`;
}

/**
 * A cable that was pulled a moment ago needs a moment to be trusted again, and its direct path to be chosen again. HA needs one to
 * start a guest that it was given by the run.
 */
async function statusOnceSettled() {
  const deadline = Date.now() + settlesMs;
  for (;;) {
    const seen = await ask(inside(stack, ["status", stack, "--json"]));
    if ((seen.status === 0 && isSettled(seen.stdout)) || Date.now() > deadline) {
      return await ask(inside(stack, ["status", stack]));
    }
    await sleep(1000);
  }
}

/**
 * Whether each node of the ring reaches its two neighbours through two ports, and no guest waits for its start.
 * @param {string} status
 */
function isSettled(status) {
  /** @type {{ rings: { from: string, through: string }[], ha: string[] }} */
  const { rings, ha } = JSON.parse(status);
  if (ha.some((line) => line.startsWith("service ") && !line.endsWith(", started)"))) return false;
  const nodes = [...new Set(rings.map(({ from }) => from))];
  return nodes.every(
    (node) => new Set(rings.flatMap((one) => (one.from === node ? [one.through] : []))).size > 1,
  );
}

/**
 * Measured once for each twin: the second start shall take seconds.
 * @param {import("./progress.mjs").Progress} progress
 */
async function ringGap(progress) {
  if (existsSync(gapFile)) return JSON.parse(readFileSync(gapFile, "utf8"));
  const twin = await twinStatus(stack);
  progress.say("ring", "a cable is pulled for a moment, to see how long traffic stands still");
  const gap = await measureRingGap(stack, twin?.cables ?? []);
  if (typeof gap === "object") writeAtomically(gapFile, JSON.stringify(gap));
  return gap;
}

/** @param {import("./progress.mjs").Progress} progress */
async function preview(progress) {
  const env = localBackend();
  const cwd = await localStack(stack, env);
  const began = performance.now();
  const child = spawn("pulumi", ["preview", "--stack", stack], { cwd, env, stdio: "inherit" });
  const [status] = await once(child, "close");
  progress.say("preview", `of ${stack} ended with status ${status} in ${secondsSince(began)} s`);
  return status ?? 1;
}

/** @param {number} began */
const secondsSince = (began) => ((performance.now() - began) / 1000).toFixed(1);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
