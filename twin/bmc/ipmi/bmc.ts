import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endChild, withParent } from "../../process/child.js";
import { type IpmiBmcConfig, readPassword } from "../config.js";
import { type FaultSet, reportedUuid } from "../faults.js";
import { renderChassisProgram } from "./chassis.js";
import { emulatedController, renderLanConfig } from "./lan-config.js";
import { answersPing } from "./ping.js";

const START_TIMEOUT_MS = 10_000;

/**
 * One `ipmi_sim` process. What it cannot do itself is done to it: a dead BMC is a killed process, a hanging one a
 * stopped process, another identity or a disabled account a restart with another configuration.
 */
export class IpmiBmc {
  readonly #config: IpmiBmcConfig;
  readonly #faults: FaultSet;
  readonly #faultSocket: string;
  readonly #chassisProgram: string;
  #process: ChildProcess | undefined;
  #rendered = "";
  #reboot: { readonly fault: object; readonly timer: NodeJS.Timeout } | undefined;
  #changing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: {
    readonly config: IpmiBmcConfig;
    readonly faults: FaultSet;
    readonly faultSocket: string;
  }) {
    this.#config = options.config;
    this.#faults = options.faults;
    this.#faultSocket = options.faultSocket;
    this.#chassisProgram = join(this.#config.stateDir, "chassis");
    this.#faults.onChange(() => {
      this.#changing = this.#changing.catch(() => undefined).then(() => this.#apply());
      // Whoever made the change learns of a failure from settled().
      this.#changing.catch(() => undefined);
    });
  }

  start(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#apply());
    return this.#changing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#reboot?.timer);
    await this.#changing.catch(() => undefined);
    await this.#kill();
  }

  settled(): Promise<void> {
    return this.#changing;
  }

  async #apply(): Promise<void> {
    if (this.#stopped) return;
    this.#applyReboot();
    if (this.#faults.has("dead") || this.#faults.has("reboot")) {
      await this.#kill();
      return;
    }
    const rendered = renderLanConfig({
      config: this.#config,
      password: readPassword(this.#config.passwordFile),
      uuid: reportedUuid(this.#faults, this.#config.uuid),
      chassisCommand: this.#chassisProgram,
      loginAllowed: !this.#faults.has("refuses-login"),
    });
    if (this.#process !== undefined && rendered !== this.#rendered) await this.#kill();
    if (this.#process === undefined) {
      this.#rendered = rendered;
      await this.#spawn();
    }
    this.#process?.kill(this.#faults.has("hang") ? "SIGSTOP" : "SIGCONT");
  }

  #applyReboot(): void {
    const reboot = this.#faults.get("reboot");
    if (reboot === this.#reboot?.fault) return;
    clearTimeout(this.#reboot?.timer);
    this.#reboot = undefined;
    if (reboot === undefined) return;
    const timer = setTimeout(() => this.#faults.heal("reboot"), reboot.seconds * 1000);
    this.#reboot = { fault: reboot, timer };
  }

  async #spawn(): Promise<void> {
    const { stateDir, node } = this.#config;
    const flash = join(stateDir, "ipmi-sim");
    // What an earlier run saved there would win over the configuration.
    rmSync(flash, { recursive: true, force: true });
    mkdirSync(flash, { recursive: true, mode: 0o700 });
    const lanFile = join(stateDir, "lan.conf");
    const controllerFile = join(stateDir, "controller.emu");
    writeFileSync(lanFile, this.#rendered, { mode: 0o600 });
    writeFileSync(controllerFile, emulatedController);
    const chassis = renderChassisProgram(this.#faultSocket, node);
    writeFileSync(this.#chassisProgram, chassis, { mode: 0o700 });
    const child = spawn(
      "setpriv",
      [...withParent, "ipmi_sim", "-c", lanFile, "-f", controllerFile, "-s", flash, "-n"],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#process = child;
    let said = "";
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4000);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    await new Promise<void>((resolve, reject) => {
      child.once("error", (error) =>
        reject(new Error(`cannot start ipmi_sim for ${node}: ${error.message}`)),
      );
      child.once("spawn", resolve);
    });
    await this.#waitForPort(child, () => said);
  }

  async #waitForPort(child: ChildProcess, said: () => string): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answersPing(this.#config.address, this.#config.port))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(
          `ipmi_sim for ${this.#config.node} does not answer on ${this.#config.address} ` +
            `port ${this.#config.port}: ${said().trim() || "it said nothing"}; it is in the Debian package openipmi`,
        );
      }
    }
  }

  async #kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endChild(child);
  }
}
