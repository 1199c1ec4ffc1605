import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BmcProcessInput } from "../bmc/config.js";
import { unixHttp } from "../bmc/unix-http.js";
import type { EngineTwin } from "../engines/engine.js";
import { projectRoot, type TwinPaths } from "../paths.js";
import {
  type PbsPlan,
  type QnetdPlan,
  type SecretName,
  secretKey,
  type TwinPlan,
} from "../plan/twin-plan.js";
import { attempt } from "../process/run.js";
import type { MirrorConfig } from "../services/mirror/main.js";
import { nameServiceCommand } from "../services/name-service.js";
import { nasCommand } from "../services/nas.js";
import type { PbsProcessConfig } from "../services/pbs/config.js";
import { qnetdCommand } from "../services/qnetd.js";
import { timeServiceCommand } from "../services/time-service.js";
import type { SsmProcessInput } from "../ssm/config.js";
import type { TwinSecrets } from "./secrets.js";
import type { ServicePlan } from "./service.js";

export interface ServiceContext {
  readonly plan: TwinPlan;
  readonly paths: TwinPaths;
  readonly twin: EngineTwin;
  readonly secrets: TwinSecrets;
}

export const SSM_PORT = 4566;

export function bmcFaultSocket(paths: TwinPaths): string {
  return join(paths.run, "bmc.sock");
}

export function ssmFaultSocket(paths: TwinPaths): string {
  return join(paths.run, "ssm.sock");
}

/** Everything that surrounds the hosts on a real site. */
export function planServices(context: ServiceContext): ServicePlan[] {
  const { plan, paths, twin } = context;
  const logOf = (name: string) => join(paths.run, `${name}.log`);
  const controller = twin.enter("controller");
  const listening = (port: number) => async () =>
    (await attempt([...controller, "ss", "-Hltn", `sport = :${port}`])).stdout.trim() !== "";
  const { archive } = twin;
  const mirror: MirrorConfig = {
    port: 80,
    packages: archive.packages,
    signingHome: archive.signingHome,
    suite: plan.suite,
    refusedHosts: plan.channel === "enterprise" ? [] : ["enterprise.proxmox.com"],
  };
  const mirrorFile = writeConfig(paths, "mirror", mirror);
  return [
    {
      name: "dns",
      title: "the name server",
      command: [...controller, ...nameServiceCommand(plan, archive.hostNames, paths.run)],
      log: logOf("dns"),
      ready: listening(53),
    },
    {
      name: "time",
      title: "the time server",
      command: [...controller, ...timeServiceCommand(paths.run)],
      log: logOf("time"),
    },
    {
      name: "packages",
      title: "the package archive",
      command: [...controller, process.execPath, program("services/mirror"), mirrorFile],
      log: logOf("packages"),
      ready: listening(80),
    },
    ...plan.nas.map((nas) => ({
      name: nas.name,
      title: `the NAS ${nas.name}`,
      command: [...twin.enter({ server: nas.name }), ...nasCommand(nas, paths)],
      log: logOf(nas.name),
      ready: async () =>
        (
          await attempt([
            ...twin.enter({ server: nas.name }),
            "showmount",
            "--no-headers",
            "-e",
            "127.0.0.1",
          ])
        ).stdout.includes("/"),
    })),
    ...plan.pbs.map((one) => pbsService(context, one, logOf(one.name))),
    ...plan.qnetd.map((one) => qnetdService(context, one, logOf(one.name))),
    ...ssmService(context, logOf("ssm"), controller),
    ...bmcService(context, logOf("bmc")),
  ];
}

function pbsService(context: ServiceContext, pbs: PbsPlan, log: string): ServicePlan {
  const { paths, twin, secrets } = context;
  const { name, address } = pbs;
  const place = twin.enter({ server: name });
  const config: PbsProcessConfig = {
    name,
    address,
    folder: join(paths.data, "nas", name),
    datastores: pbs.datastores,
    accounts: pbs.accounts.map(({ user, secret, datastores }) => ({
      user,
      datastores,
      // What lies in Pulumi's own configuration is the user's, and the twin never learns it.
      ...(secret.kind === "pulumi" ? {} : { password: secrets.of(secretKey(secret)) }),
    })),
  };
  return {
    name,
    title: `the backup server ${name}`,
    command: [
      ...place,
      process.execPath,
      program("services/pbs"),
      writeConfig(paths, name, config),
    ],
    log,
    ready: async () =>
      (await attempt([...place, "ss", "-Hltn", "sport = :8007"])).stdout.trim() !== "",
  };
}

function qnetdService(context: ServiceContext, qnetd: QnetdPlan, log: string): ServicePlan {
  const { paths, twin, secrets } = context;
  const { name, password } = qnetd;
  const place = twin.enter({ server: name });
  const hash =
    password === undefined || password.kind === "pulumi"
      ? undefined
      : passwordHash(secrets.of(secretKey(password)));
  const listens = async (port: number) =>
    (await attempt([...place, "ss", "-Hltn", `sport = :${port}`])).stdout.trim() !== "";
  return {
    name,
    title: `the host of the QDevice ${name}`,
    command: [...place, ...qnetdCommand(qnetd, paths, twin.archive, hash)],
    log,
    ready: async () => (await listens(22)) && (await listens(5403)),
  };
}

function passwordHash(password: string): string {
  const input = `${password}\n`;
  return execFileSync("openssl", ["passwd", "-6", "-stdin"], { input, encoding: "utf8" }).trim();
}

function program(folder: string): string {
  return join(projectRoot(), "bin", "twin", folder, "main.js");
}

function writeConfig(paths: TwinPaths, name: string, value: unknown): string {
  const file = join(paths.run, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  return file;
}

function answersOn(socket: string, path: string) {
  return async () => existsSync(socket) && (await unixHttp(socket, "GET", path)).status === 200;
}

function ssmService(
  context: ServiceContext,
  log: string,
  controller: readonly string[],
): ServicePlan[] {
  const { plan, paths, secrets } = context;
  if (plan.secrets.ssm === undefined) return [];
  const values = secrets.byKind("ssm");
  const seedFile = join(paths.run, "ssm-seed.json");
  writeFileSync(seedFile, `${JSON.stringify(values, undefined, 2)}\n`, { mode: 0o600 });
  const config: SsmProcessInput = {
    address: "127.0.0.1",
    port: SSM_PORT,
    faultSocket: ssmFaultSocket(paths),
    region: plan.secrets.ssm.region,
    parameters: Object.keys(values).map((path) => ({ path, type: "SecureString" as const })),
    seedFile,
    logFile: join(paths.run, "moto.log"),
  };
  return [
    {
      name: "ssm",
      title: "the parameter store",
      command: [...controller, process.execPath, program("ssm"), writeConfig(paths, "ssm", config)],
      log,
      ready: answersOn(ssmFaultSocket(paths), "/"),
    },
  ];
}

function bmcService(context: ServiceContext, log: string): ServicePlan[] {
  const { plan, paths, twin, secrets } = context;
  if (plan.bmcs.length === 0) return [];
  const config: BmcProcessInput = {
    controlSocket: paths.controlSocket,
    faultSocket: bmcFaultSocket(paths),
    bmcs: plan.bmcs.map((bmc) => {
      const unit = bmc.kind === "pdu" ? `-${bmc.address.replaceAll(":", "_")}` : "";
      const stateDir = join(paths.run, "bmc", `${bmc.node}-${bmc.kind}${unit}`);
      mkdirSync(stateDir, { recursive: true });
      const fileOf = (name: string, secret: SecretName): string => {
        const file = join(stateDir, name);
        writeFileSync(file, `${secrets.of(secretKey(secret))}\n`, { mode: 0o600 });
        chmodSync(file, 0o600);
        return file;
      };
      const passwordFile = fileOf("password", bmc.password);
      if (bmc.kind === "pdu") {
        const { password: _password, account, ...rest } = bmc;
        if (account === undefined) return { ...rest, passwordFile, stateDir };
        const { encryptionPassword: second, ...known } = account;
        const more =
          second === undefined ? {} : { encryptionPasswordFile: fileOf("encryption", second) };
        return { ...rest, passwordFile, stateDir, account: { ...known, ...more } };
      }
      const { node, address, user, uuid, hostname, port } = bmc;
      const common = { node, address, user, passwordFile, uuid, hostname, stateDir, port };
      return { ...common, kind: bmc.kind };
    }),
  };
  return [
    {
      name: "bmc",
      title: "the management controllers",
      command: [
        ...twin.enter("bmc"),
        process.execPath,
        program("bmc"),
        writeConfig(paths, "bmc", config),
      ],
      log,
      ready: answersOn(bmcFaultSocket(paths), "/bmcs"),
    },
  ];
}
