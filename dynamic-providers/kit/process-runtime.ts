import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { lastPhaseIn } from "../../config/phases.js";
import { secrets as secretsSection } from "../../config/schema/secrets.js";
import { Cancellation } from "../transport/base/cancellation.js";
import { policies, systemClock } from "../transport/base/clock.js";
import { NamedLocks } from "../transport/base/mutex.js";
import { type FileRunLog, QuietLog, runLogFromEnvironment } from "../transport/base/run-log.js";
import { isPreview, stopAsked } from "../transport/base/run-words.js";
import { PveApi } from "../transport/pve-api/api.js";
import { SecretResolver } from "../transport/secrets/resolver.js";
import { ParameterStore, type SsmOptions } from "../transport/secrets/ssm.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { Contacts } from "../transport/ssh/contacts.js";
import { SshPool } from "../transport/ssh/pool.js";
import type { HostSession } from "../transport/ssh/session.js";
import { oneTry, traceless } from "../transport/ssh/traceless.js";
import { Answers } from "./answers.js";
import type { Context, Host, Runtime } from "./runtime.js";

const HANDSHAKE_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;
/** For a first look, whose answer is only told. */
const LOOK_PATIENCE_MS = 8_000;
/** The engine kills the process five seconds after it asked it to end, and waits for that end. */
const FAREWELL_MS = 2_000;
/** How long an answer is on its way to the engine. */
const LAST_WORDS_MS = 50;

const stackFile = z.looseObject({ secrets: secretsSection.optional() });

/** What all resources of one provider process share: connections, secrets, locks, log. */
export class ProcessRuntime implements Runtime {
  readonly clock = systemClock;
  readonly log: FileRunLog = runLogFromEnvironment();
  readonly inPart = lastPhaseIn(process.env) !== undefined;
  readonly answers = new Answers();
  private readonly cancellation = new Cancellation();
  private readonly locks = new NamedLocks();
  private config: (key: string) => string | undefined = () => undefined;
  private resolver: SecretResolver | undefined;
  private readonly contacts = new Contacts(systemClock);
  private readonly ssh: SshPool;
  private looking: { readonly pool: SshPool; readonly scratch: string } | undefined;
  private listening = false;

  /** A process that belongs to somebody else is not ended from here: who made this closes it. */
  constructor(private readonly options: { readonly ownsProcess: boolean } = { ownsProcess: true }) {
    const resolve = (reference: Parameters<SecretResolver["resolve"]>[0]) =>
      this.secrets().resolve(reference);
    const { clock, log, cancellation, contacts } = this;
    this.ssh = new SshPool({
      dial: { resolve, timeoutMs: HANDSHAKE_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS },
      connect: policies.connect,
      clock,
      log,
      cancellation,
      contacts,
    });
  }

  stopAsked(): boolean {
    return stopAsked(process.env);
  }

  close(): void {
    this.ssh.close();
    this.looking?.pool.close();
    this.log.finish();
  }

  configure(config: (key: string) => string | undefined): void {
    this.config = config;
  }

  context(owner: Parameters<Runtime["context"]>[0]): Context {
    this.listen();
    const { clock, log, cancellation, locks } = this;
    const deadlineAt = clock.now() + owner.deadlineMs;
    const left = (): number => {
      const leftMs = deadlineAt - clock.now();
      if (leftMs <= 0) {
        throw new Failure("failed", {
          tried: `to finish ${owner.resource}`,
          where: "",
          cameBack: `not done after ${owner.deadlineMs / 1000} s`,
          doNext:
            "Run `pulumi up` again: it goes on from here. Work that simply needs longer gets it where `deadlines` of the stack file names its kind.",
        });
      }
      return leftMs;
    };
    return {
      resource: owner.resource,
      ...(isPreview(process.env) ? { previews: true as const } : {}),
      clock,
      log,
      cancellation,
      locks,
      deadlineAt,
      secret: (reference) => this.secrets().resolve(reference),
      api: (reach) =>
        new PveApi(reach, { clock, log, cancellation, policy: policies.api }, owner.resource),
      newLogin: (connection) => {
        const session = this.ssh.session(connection).anew();
        return { ...session.shellFor(owner), close: () => session.close() };
      },
      host: (connection): Host => {
        const session =
          owner.leavesNoTrace === true ? this.look(connection) : this.ssh.session(connection);
        const shell = session.shellFor(owner);
        return {
          node: session.node,
          place: session.place,
          once: (name, ask) => session.once(name, ask),
          forget: () => session.forget(),
          run: (script, options) =>
            shell.run(script, { ...options, timeoutMs: Math.min(options.timeoutMs, left()) }),
        };
      },
    };
  }

  private look(connection: SshConnection): HostSession {
    const { clock, log, cancellation, contacts } = this;
    this.looking ??= {
      pool: new SshPool({
        dial: {
          resolve: (reference) => this.secrets().resolve(reference),
          timeoutMs: LOOK_PATIENCE_MS,
          keepAliveMs: LOOK_PATIENCE_MS,
        },
        connect: oneTry(LOOK_PATIENCE_MS),
        clock,
        // That a host key is kept for the look alone is nothing to tell.
        log: new QuietLog(log),
        cancellation,
        contacts,
        leavesNoKey: true,
      }),
      scratch: mkdtempSync(path.join(tmpdir(), "proxmox-ha-look-")),
    };
    return this.looking.pool.session(traceless(connection, this.looking.scratch));
  }

  private secrets(): SecretResolver {
    this.resolver ??= new SecretResolver({
      store: new ParameterStore(this.storeOptions(), this.clock),
      stackConfig: (key) => this.config(`proxmox-ha:${key}`),
      env: process.env,
    });
    return this.resolver;
  }

  private storeOptions(): SsmOptions {
    const text = this.config("proxmox-ha:cluster");
    if (text === undefined) {
      return {};
    }
    return stackFile.parse(JSON.parse(text)).secrets?.ssm ?? {};
  }

  /** From the first operation on, an interrupt stops the waiting, lets the answers out, and ends the process. */
  private listen(): void {
    if (this.listening || !this.options.ownsProcess) {
      return;
    }
    this.listening = true;
    const end = (): void => {
      const running = this.cancellation.running();
      const still = running.map(({ verb, where }) => `"${verb}" on ${where}`).join(", ");
      // The engine sends the same signal at the end of every run; only work that is cut is news.
      if (running.length > 0) {
        this.log.say(`Interrupted: still running, and left to finish: ${still}.`);
      }
      this.cancellation.cancel("the run was interrupted");
      const leave = (): void => {
        this.close();
        process.exit(130);
      };
      setTimeout(leave, FAREWELL_MS).unref();
      void this.answers.allOut().then(() => setTimeout(leave, LAST_WORDS_MS).unref());
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    process.once("exit", () => {
      this.log.finish();
      if (this.looking !== undefined) {
        rmSync(this.looking.scratch, { recursive: true, force: true });
      }
    });
  }
}
