import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namesOf } from "../engines/container/names.js";
import { type TwinPaths, twinPaths } from "../paths.js";
import type { TwinPlan } from "../plan/twin-plan.js";
import { upRequestSchema } from "../supervisor/request.js";
import { TwinSecrets } from "../supervisor/secrets.js";
import { SSM_PORT } from "../supervisor/service-plans.js";
import { ask } from "./client.js";
import { UserProblem } from "./problem.js";

function planOf(paths: TwinPaths): TwinPlan {
  return upRequestSchema.parse(JSON.parse(readFileSync(paths.plan, "utf8"))).plan;
}

/** The environment in which the program finds the twin's services instead of the world's. */
export function twinEnvironment(name: string): NodeJS.ProcessEnv {
  const paths = twinPaths(name);
  const plan = planOf(paths);
  const secrets = TwinSecrets.open(plan, paths.secrets);
  const { ssm } = plan.secrets;
  return {
    ...process.env,
    ...secrets.byKind("env"),
    PROXMOX_HA_TWIN: name,
    ...(ssm === undefined
      ? {}
      : {
          AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${SSM_PORT}`,
          AWS_REGION: ssm.region,
          AWS_DEFAULT_REGION: ssm.region,
          AWS_ACCESS_KEY_ID: "twin",
          AWS_SECRET_ACCESS_KEY: "twin",
          AWS_EC2_METADATA_DISABLED: "true",
        }),
  };
}

/** The words that put a command into the twin's controller, with the twin's names instead of the machine's. */
function controllerPrefix(name: string): string[] {
  const paths = twinPaths(name);
  const plan = planOf(paths);
  const resolver = join(paths.run, "resolv.conf");
  writeFileSync(resolver, `search ${plan.domain}\nnameserver 127.0.0.1\n`);
  const script = `mount --bind ${resolver} "$(readlink -f /etc/resolv.conf)"; exec "$@"`;
  return [
    "nsenter",
    `--net=/run/netns/${namesOf(name).controller}`,
    "unshare",
    "--mount",
    "--propagation",
    "slave",
    "sh",
    "-c",
    script,
    "sh",
  ];
}

/** Runs a command inside the twin and gives back its exit code. */
export async function runInside(name: string, command: readonly string[]): Promise<number> {
  await ask(name, "GET", "/progress");
  return handOver([...controllerPrefix(name), ...command], twinEnvironment(name));
}

/** An ssh session to a node, with the password that the installer was given. */
export async function sshTo(
  name: string,
  node: string,
  command: readonly string[],
): Promise<number> {
  await ask(name, "GET", "/progress");
  const paths = twinPaths(name);
  const plan = planOf(paths);
  const host = plan.hosts.find((one) => one.name === node);
  if (host === undefined) {
    const known = plan.hosts.map((one) => one.name).join(", ");
    throw new UserProblem(`the twin "${name}" has no node ${node}; it has ${known}`);
  }
  const folder = join(paths.run, "ssh");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = join(folder, "password");
  writeFileSync(password, `${TwinSecrets.open(plan, paths.secrets).rootPassword}\n`, {
    mode: 0o600,
  });
  const asker = join(folder, "ask");
  writeFileSync(asker, `#!/bin/sh\nexec cat ${password}\n`, { mode: 0o700 });
  const env = {
    ...process.env,
    SSH_ASKPASS: asker,
    SSH_ASKPASS_REQUIRE: "force",
    DISPLAY: process.env.DISPLAY ?? "none",
  };
  const options = [
    // A twin's hosts are new at every start; their keys mean nothing outside it.
    "-oStrictHostKeyChecking=no",
    "-oUserKnownHostsFile=/dev/null",
    "-oLogLevel=ERROR",
    "-oPreferredAuthentications=publickey,password",
    "-oPubkeyAuthentication=no",
    "-oNumberOfPasswordPrompts=1",
  ];
  const terminal = command.length === 0 ? ["-t"] : [];
  return handOver(
    [
      ...controllerPrefix(name),
      "ssh",
      ...options,
      ...terminal,
      `root@${host.address.ip}`,
      ...command,
    ],
    env,
  );
}

function handOver(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", pass).on("SIGTERM", pass);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", pass).off("SIGTERM", pass);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}
