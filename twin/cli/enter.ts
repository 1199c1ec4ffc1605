import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { engineNamed } from "../engines/index.js";
import { type TwinPaths, twinPaths } from "../paths.js";
import { decideOnce, writeWhole } from "../process/write-whole.js";
import { randomPassword } from "../ssm/seed.js";
import { type UpRequest, upRequestSchema } from "../supervisor/request.js";
import { TwinSecrets } from "../supervisor/secrets.js";
import { SSM_PORT } from "../supervisor/service-plans.js";
import { ask } from "./client.js";

function requestOf(name: string, paths: TwinPaths): UpRequest {
  const read = upRequestSchema.safeParse(JSON.parse(readFileSync(paths.plan, "utf8")));
  if (read.success) return read.data;
  throw badInput(
    `the twin "${name}" was started by another version of this program; ` +
      `end it with \`proxmox-ha twin down ${name}\` and start it again`,
  );
}

/** The environment in which the program finds the twin's services instead of the world's. */
export function twinEnvironment(name: string): NodeJS.ProcessEnv {
  const paths = twinPaths(name);
  const { plan } = requestOf(name, paths);
  const secrets = TwinSecrets.open(plan, paths.secrets);
  const { ssm } = plan.secrets;
  return {
    ...process.env,
    ...secrets.byKind("env"),
    PULUMI_CONFIG_PASSPHRASE: undefined,
    ...programPlace(join(paths.run, "program")),
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

/**
 * State, passphrase, host keys and the program's own ssh key of a twin live and die with it. Whatever the caller's
 * environment names belongs to real machines with the same addresses, and must not be touched from inside.
 */
export function programPlace(folder: string): Readonly<Record<string, string>> {
  const backend = join(folder, "pulumi");
  mkdirSync(backend, { recursive: true, mode: 0o700 });
  const passphrase = join(folder, "passphrase");
  decideOnce(passphrase, () => `${randomPassword()}\n`, 0o600);
  return {
    PROXMOX_HA_STATE: folder,
    // Without sidecars, which a killed run may leave half-written.
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
  };
}

/** The words of a command; the dashes that part it from our own options are no word of it. */
export function commandWords(words: readonly string[]): readonly string[] {
  return words[0] === "--" ? words.slice(1) : words;
}

/** The words that put a command into the twin's controller, with the twin's names instead of the machine's. */
function controllerPrefix(name: string): string[] {
  const paths = twinPaths(name);
  const { engine, plan } = requestOf(name, paths);
  const resolver = join(paths.run, "resolv.conf");
  writeWhole(resolver, `search ${plan.domain}\nnameserver 127.0.0.1\n`, 0o644);
  const script = `mount --bind ${resolver} "$(readlink -f /etc/resolv.conf)"; exec "$@"`;
  return [
    ...engineNamed(engine).controllerPrefix(name),
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
  return handOver([...controllerPrefix(name), ...commandWords(command)], twinEnvironment(name));
}

/** An ssh session to a node, with the password that the installer was given. */
export async function sshTo(
  name: string,
  node: string,
  command: readonly string[],
): Promise<number> {
  await ask(name, "GET", "/progress");
  const paths = twinPaths(name);
  const { plan } = requestOf(name, paths);
  const host = plan.hosts.find((one) => one.name === node);
  if (host === undefined) {
    const known = plan.hosts.map((one) => one.name).join(", ");
    throw badInput(`the twin "${name}" has no node ${node}; it has ${known}`);
  }
  const folder = join(paths.run, "ssh");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = join(folder, "password");
  writeWhole(password, `${TwinSecrets.open(plan, paths.secrets).rootPassword}\n`, 0o600);
  const asker = join(folder, "ask");
  writeWhole(asker, `#!/bin/sh\nexec cat ${password}\n`, 0o700);
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
    "-oNumberOfPasswordPrompts=1",
    ...keyOptions(join(paths.run, "program", "stacks", plan.stack, "id_ed25519")),
  ];
  const remote = commandWords(command);
  const terminal = remote.length === 0 ? ["-t"] : [];
  return handOver(
    [
      ...controllerPrefix(name),
      "ssh",
      ...options,
      ...terminal,
      `root@${host.address.ip}`,
      ...remote,
    ],
    env,
  );
}

/** The program closes root's password login once its own key works; then that key is the way in. */
function keyOptions(key: string): string[] {
  return existsSync(key) ? ["-oIdentitiesOnly=yes", "-i", key] : ["-oPubkeyAuthentication=no"];
}

/** As a shell tells it: 128 and the signal's number for a command that a signal ended. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

export function handOver(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", pass).on("SIGTERM", pass);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", pass).off("SIGTERM", pass);
      resolve(exitCodeOf(code, signal));
    });
  });
}
