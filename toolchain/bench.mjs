// `npm run bench`: measures the program on the twin beside the same work by Ansible, and writes docs/performance.md.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { repository } from "./paths.mjs";
import { makeProgress } from "./progress.mjs";
import environment from "./pulumi-environment.cjs";
import { setUp } from "./setup.mjs";
import { installPythonPackages } from "./steps/python-packages.mjs";
import { twinObstacles } from "./twin-obstacles.mjs";

const USAGE = `npm run bench [-- --rounds N] [--busy N] [--sizes 3,6,9,16]

  --rounds N     how often each side makes the cluster, 2 unless said
  --busy N       keep N processors busy meanwhile, to see what carries over to another load
  --sizes LIST   form plain clusters of these sizes too; sixteen nodes take half an hour
`;
const VARIABLES = {
  "--rounds": "PROXMOX_HA_BENCH_ROUNDS",
  "--busy": "PROXMOX_HA_BENCH_BUSY",
  "--sizes": "PROXMOX_HA_BENCH_SIZES",
};

/**
 * @param {string[]} args
 * @returns {Record<string, string> | undefined} what was asked for, as the benchmark reads it; nothing where it was asked wrongly
 */
export function askedFor(args) {
  /** @type {Record<string, string>} */
  const asked = {};
  for (let at = 0; at < args.length; at += 2) {
    const variable = Object.entries(VARIABLES).find(([option]) => option === args[at])?.[1];
    const value = args[at + 1] ?? "";
    const form = args[at] === "--sizes" ? /^\d+(,\d+)*$/ : /^\d+$/;
    if (variable === undefined || !form.test(value)) return undefined;
    asked[variable] = value;
  }
  return asked;
}

/** @param {string[]} args */
async function main(args) {
  const asked = askedFor(args);
  if (asked === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const progress = makeProgress();
  await setUp(progress);
  const obstacles = await twinObstacles();
  const venv = await installPythonPackages(progress, "bench");
  if (obstacles.length > 0 || venv === null) {
    process.stderr.write(`nothing is measured: ${[...obstacles].join("; ")}\n`);
    return 1;
  }
  const vitest = path.join(repository, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--project", "bench"], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...environment.pulumiEnvironment(process.env),
      ...asked,
      PROXMOX_HA_ANSIBLE: path.join(venv, "bin", "ansible-playbook"),
    },
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
