import { Failure, messageOf } from "../../../config/failure/failure.js";
import type { Cancellation } from "../base/cancellation.js";
import { type Clock, type Policy, retry } from "../base/clock.js";
import { Places } from "../base/mutex.js";
import type { RunLog } from "../base/run-log.js";
import { placeOf, type SshConnection } from "./connection.js";
import type { Contacts } from "./contacts.js";
import { type Dialled, type DialOptions, dial, NotReachable } from "./dial.js";
import { ChannelRefused, ConnectionLost, execScript, NotAnAnswer, StepAbandoned } from "./exec.js";
import { installKeyScript } from "./first-contact.js";
import { Gathering } from "./gathering.js";
import { NOT_SHOWN, type RunOptions, type RunResult, type Shell } from "./run-options.js";
import { oneTry } from "./traceless.js";

/** sshd refuses the eleventh session of a connection; two are left for people. */
const CHANNELS_PER_HOST = 8;
/** A step is sent again at most this often after broken connections. */
const REPEATS = 3;
/** How long a host may have no free session before that is an error: other people's sessions count too. */
const SESSION_WAIT = { attempts: 60, everyMs: 50 } as const;

export interface SessionOptions {
  readonly dial: Omit<DialOptions, "say">;
  readonly connect: Policy;
  readonly clock: Clock;
  readonly log: RunLog;
  readonly cancellation: Cancellation;
  /** Shared by all hosts of a run, so that it ends soon where none of them answers. */
  readonly contacts?: Contacts;
  /** For runs that may only read: a host that takes the password does not get the program's key. */
  readonly leavesNoKey?: true;
}

/** On whose behalf a step runs, for the log. */
export interface StepOwner {
  readonly resource: string;
  readonly changes: () => boolean;
}

/** One host: one connection, many channels, opened when first needed and again after it broke. */
export class HostSession {
  readonly node: string;
  readonly place: string;
  private readonly channels = new Places(CHANNELS_PER_HOST);
  private readonly shared = new Map<string, Promise<unknown>>();
  private readonly gathering: Gathering;
  private connected: Promise<Dialled> | undefined;

  constructor(
    private readonly connection: SshConnection,
    private readonly options: SessionOptions,
  ) {
    this.node = connection.node;
    this.place = placeOf(connection);
    this.gathering = new Gathering({
      send: ({ script, options: of, resource }) =>
        this.step(script, of, { resource, changes: () => false }),
      mayAskAlone: (thrown) =>
        thrown instanceof StepAbandoned || (thrown instanceof NotAnAnswer && thrown.begun),
      clock: options.clock,
      signal: options.cancellation.signal,
    });
  }

  /** The host as one resource sees it. */
  shellFor(owner: StepOwner): Shell {
    return { node: this.node, run: (script, options) => this.run(script, options, owner) };
  }

  /** The same host over a connection of its own, as somebody comes in who was not there before: one try, and no key is left. */
  anew(): HostSession {
    return new HostSession(this.connection, {
      ...this.options,
      connect: oneTry(this.options.dial.timeoutMs),
      leavesNoKey: true,
    });
  }

  /** Asks once for each name and run; everybody else gets the same answer. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  once(name: string, ask: () => Promise<unknown>): Promise<unknown> {
    const known = this.shared.get(name);
    if (known !== undefined) {
      return known;
    }
    const asked = ask();
    this.shared.set(name, asked);
    asked.catch(() => this.shared.delete(name));
    return asked;
  }

  /** Forgets shared answers, after a step that made them stale. */
  forget(): void {
    this.shared.clear();
  }

  async run(script: string, options: RunOptions, owner: StepOwner): Promise<RunResult> {
    try {
      return options.withOthers === true && Gathering.takes(options)
        ? await this.gathering.run({ script, options, resource: owner.resource })
        : await this.step(script, options, owner);
    } catch (thrown) {
      throw this.explain(thrown, options);
    }
  }

  close(): void {
    const { connected } = this;
    this.connected = undefined;
    connected?.then(
      ({ close }) => close(),
      () => undefined,
    );
  }

  private async step(script: string, options: RunOptions, owner: StepOwner): Promise<RunResult> {
    const { clock, log, cancellation } = this.options;
    const start = clock.now();
    let outcome: "ok" | "failed" = "failed";
    let bytes = script.length + (options.stdin?.length ?? 0);
    log.trace(this.node, `# ${options.verb}\n${script}`);
    try {
      const result = await this.channels.hold(() =>
        cancellation.waitFor({ verb: options.verb, where: this.place }, () =>
          this.runRepeatedly(script, options),
        ),
      );
      bytes += result.stdout.length + result.stderr.length;
      outcome = "ok";
      log.trace(
        this.node,
        `= exit status ${result.status ?? result.signal}\n${options.confidential ? NOT_SHOWN : `${result.stdout}${result.stderr}`}`,
      );
      return options.confidential ? { ...result, confidential: true } : result;
    } finally {
      const durationMs = clock.now() - start;
      const { verb } = options;
      const changed = owner.changes();
      log.step({
        host: this.node,
        resource: owner.resource,
        verb,
        durationMs,
        bytes,
        changed,
        outcome,
      });
    }
  }

  private async runRepeatedly(script: string, options: RunOptions): Promise<RunResult> {
    const { clock, cancellation } = this.options;
    let broken = 0;
    for (let refused = 0; ; ) {
      try {
        return await this.runOnce(script, options);
      } catch (thrown) {
        if (thrown instanceof ChannelRefused && refused < SESSION_WAIT.attempts) {
          refused++;
          await clock.sleep(SESSION_WAIT.everyMs, cancellation.signal);
          continue;
        }
        const harmless = thrown instanceof ConnectionLost && (options.repeatable || !thrown.sent);
        if (!harmless || broken >= REPEATS) {
          throw thrown;
        }
        broken++;
      }
    }
  }

  private async runOnce(script: string, options: RunOptions): Promise<RunResult> {
    const { log } = this.options;
    const { client } = await this.connect();
    const bytesSent = script.length + (options.stdin?.length ?? 0);
    try {
      const result = await execScript(client, script, options);
      const bytesReceived = result.stdout.length + result.stderr.length;
      log.count(this.node, { roundTrips: 1, bytesSent, bytesReceived });
      return result;
    } catch (thrown) {
      if (!(thrown instanceof ChannelRefused)) {
        log.count(this.node, { roundTrips: 1, bytesSent });
      }
      throw thrown;
    }
  }

  private connect(): Promise<Dialled> {
    if (this.connected === undefined) {
      const connecting = this.dialPatiently();
      this.connected = connecting;
      const drop = (): void => {
        if (this.connected === connecting) {
          this.connected = undefined;
        }
      };
      connecting.then(({ client }) => {
        client.on("close", drop);
        client.on("error", drop);
      }, drop);
    }
    return this.connected;
  }

  private async dialPatiently(): Promise<Dialled> {
    const { clock, log, cancellation, contacts, connect } = this.options;
    const silence = contacts?.silenceOf(this.place);
    if (silence !== undefined) {
      throw silence;
    }
    const dialled = await retry(
      async () => {
        log.count(this.node, { connections: 1 });
        const say = (line: string): void => log.say(line);
        try {
          const made = await dial(this.connection, { ...this.options.dial, say });
          contacts?.answered();
          return made;
        } catch (thrown) {
          if (thrown instanceof NotReachable) {
            contacts?.keptSilent(this.place, thrown);
          }
          throw thrown;
        }
      },
      (thrown) => thrown instanceof NotReachable,
      contacts?.patience(connect) ?? connect,
      clock,
      cancellation.signal,
    );
    if (dialled.keyToInstall !== undefined && this.options.leavesNoKey !== true) {
      await this.installKey(dialled, dialled.keyToInstall);
    }
    return dialled;
  }

  private async installKey({ client, close }: Dialled, line: string): Promise<void> {
    const { log } = this.options;
    log.count(this.node, { roundTrips: 1 });
    const result = await execScript(client, installKeyScript(line), {
      timeoutMs: this.options.dial.timeoutMs,
      repeatable: true,
      verb: "install the program's key",
    });
    if (result.stdout.trim() !== "installed") {
      close();
      throw new Failure("failed", {
        tried: "to install the program's ssh key",
        where: this.place,
        cameBack: result.stderr.trim() || `exit status ${result.status}`,
        doNext: "Log in with the password and look at /root/.ssh and /etc/ssh/sshd_config.d.",
      });
    }
    log.say(`${this.place}: the program's key is installed; the password is not needed any more`);
  }

  private explain(thrown: unknown, { verb, repeatable }: RunOptions): unknown {
    if (thrown instanceof StepAbandoned) {
      return new Failure("failed", {
        tried: `the step "${verb}"`,
        where: this.place,
        cameBack: `${thrown.message}; it may still be running there`,
        doNext: "Look at the host, then run the command again: it goes on from what it finds.",
      });
    }
    if (thrown instanceof NotAnAnswer) {
      return new Failure(thrown.begun ? "failed" : "unreachable", {
        tried: `the step "${verb}"`,
        where: this.place,
        cameBack: thrown.begun
          ? `could not be looked at: its answer was cut after: ${thrown.message}`
          : `could not be looked at: the login runs no commands: ${thrown.message}`,
        doNext: thrown.begun
          ? "Look for what ends processes there (memory, a full disk: `journalctl -p err -n 50`), then run the command again."
          : `Log in there some other way and give ${this.connection.user} a login shell that runs commands (\`usermod -s /bin/bash ${this.connection.user}\`), without a forced command for the program's key in authorized_keys or sshd_config.`,
      });
    }
    if (thrown instanceof ConnectionLost) {
      const fate = thrown.sent && !repeatable ? "; whether the step has finished is not known" : "";
      return new Failure("unreachable", {
        tried: `the step "${verb}"`,
        where: this.place,
        cameBack: `${messageOf(thrown)}${fate}`,
        doNext: "Run the command again: it looks at what is there and goes on from it.",
      });
    }
    if (thrown instanceof ChannelRefused) {
      return new Failure("failed", {
        tried: `the step "${verb}"`,
        where: this.place,
        cameBack: `sshd opens no further session (${thrown.message})`,
        doNext: "Look at MaxSessions in its sshd_config; the program needs eight.",
      });
    }
    return thrown;
  }
}
