import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endChild, withParent } from "../../process/child.js";
import { type PduBmcConfig, readPassword } from "../config.js";
import { type FaultSet, passwordOf } from "../faults.js";
import type { Outlets } from "./outlets.js";
import { renderCellProgram, renderSnmpd } from "./snmpd-files.js";

const START_TIMEOUT_MS = 60_000;

interface Part {
  readonly config: PduBmcConfig;
  readonly faults: FaultSet;
  readonly outlets: Outlets;
}

export const unitName = ({ address, port }: Pick<PduBmcConfig, "address" | "port">): string =>
  `${address}:${port}`;

/**
 * One power distribution unit: one `snmpd`, whatever number of nodes it feeds. What ails it as a whole ails it for every node: dead is a
 * killed process, hanging a stopped one, another password a restart with another configuration.
 */
export class OutletUnit {
  readonly name: string;
  readonly #faultSocket: string;
  readonly #parts: Part[] = [];
  #process: ChildProcess | undefined;
  #rendered = "";
  #changing: Promise<void> = Promise.resolve();
  #started = false;
  #stopped = false;

  constructor(name: string, faultSocket: string) {
    this.name = name;
    this.#faultSocket = faultSocket;
  }

  join(part: Part): void {
    this.#parts.push(part);
    part.faults.onChange(() => this.#change());
  }

  start(): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      this.#change();
    }
    return this.#changing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#changing.catch(() => undefined);
    await this.#kill();
  }

  settled(): Promise<void> {
    return this.#changing;
  }

  /** In snmpd's words: nothing when it was done. */
  write(oid: string, value: number): string {
    for (const { outlets } of this.#parts) {
      const written = outlets.write(oid, value);
      if (written !== undefined) return written === "done" ? "" : `${written}\n`;
    }
    return "not-writable\n";
  }

  /** Whole or not there: snmpd's program may read one at any time. */
  publish(): void {
    if (!this.#started || this.#stopped) return;
    const folder = this.#file("cells");
    mkdirSync(folder, { recursive: true });
    for (const [oid, { kind, value }] of this.#parts.flatMap(({ outlets }) => outlets.cells())) {
      const file = join(folder, oid);
      writeFileSync(`${file}.new`, `${kind}\n${value}\n`);
      renameSync(`${file}.new`, file);
    }
  }

  #change(): void {
    this.#changing = this.#changing.catch(() => undefined).then(() => this.#apply());
    // Whoever made the change learns of a failure from settled().
    this.#changing.catch(() => undefined);
  }

  async #apply(): Promise<void> {
    if (this.#stopped || !this.#started) return;
    const suffers = (kind: "dead" | "hang") => this.#parts.some(({ faults }) => faults.has(kind));
    if (suffers("dead")) {
      await this.#kill();
      return;
    }
    const rendered = this.#render();
    if (this.#process !== undefined && rendered !== this.#rendered) await this.#kill();
    if (this.#process === undefined) {
      this.#rendered = rendered;
      await this.#spawn();
    }
    this.#process?.kill(suffers("hang") ? "SIGSTOP" : "SIGCONT");
  }

  #render(): string {
    const [
      {
        config: { address, port },
      } = nobody(),
    ] = this.#parts;
    return renderSnmpd({
      address,
      port,
      accounts: this.#parts.map(({ config, faults }) => {
        // One that refuses the login has an account of another password; so has one whose password was changed.
        const own = readPassword(config.passwordFile);
        const password = faults.has("refuses-login") ? `${own}-no-more` : passwordOf(faults, own);
        const second = config.account?.encryptionPasswordFile;
        return {
          config,
          password,
          encryptionPassword: second === undefined ? password : readPassword(second),
        };
      }),
      columns: this.#parts.flatMap(({ config: { table } }) => [
        table.off.oid,
        table.on.oid,
        table.state.oid,
        ...(table.name === undefined ? [] : [table.name]),
      ]),
      program: this.#file("cell"),
    });
  }

  async #spawn(): Promise<void> {
    const state = this.#file("snmpd");
    rmSync(state, { recursive: true, force: true });
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const log = join(state, "log");
    writeFileSync(this.#file("snmpd.conf"), this.#rendered, { mode: 0o600 });
    this.publish();
    writeFileSync(
      this.#file("cell"),
      renderCellProgram(this.#faultSocket, this.name, this.#file("cells")),
      { mode: 0o700 },
    );
    const child = spawn(
      "setpriv",
      [
        ...[...withParent, "/usr/sbin/snmpd", "-f", "-C", "-c", this.#file("snmpd.conf")],
        ...["-Lf", log, "-p", join(state, "pid")],
      ],
      {
        stdio: "ignore",
        env: { PATH: "/usr/sbin:/usr/bin:/bin", SNMP_PERSISTENT_DIR: state, MIBS: "" },
      },
    );
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      child.once("error", (error) =>
        reject(new Error(`cannot start snmpd for ${this.name}: ${error.message}`)),
      );
      child.once("spawn", resolve);
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    const said = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
    while (!said().includes("NET-SNMP version")) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(
          `snmpd for ${this.name} does not start: ${said().trim() || "it said nothing"}; it is in the Debian package snmpd`,
        );
      }
      await sleep(50);
    }
  }

  async #kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endChild(child);
  }

  #file(name: string): string {
    const [{ config } = nobody()] = this.#parts;
    return join(config.stateDir, name);
  }
}

function nobody(): never {
  throw new Error("a unit without outlets was started");
}
