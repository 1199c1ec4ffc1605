import { rmSync } from "node:fs";
import type { Server } from "node:http";
import { z } from "zod";
import type { Engine, EngineTwin, HostMachine } from "../engines/engine.js";
import { engineNamed } from "../engines/index.js";
import { type TwinPaths, twinPaths } from "../paths.js";
import { openUnixServer, type Reply, type Route } from "../process/unix-server.js";
import { buildTwin } from "./build.js";
import { describeTwin } from "./describe-twin.js";
import { FaultBook, faultRequestSchema } from "./faults/book.js";
import { Readiness } from "./readiness.js";
import type { UpRequest } from "./request.js";
import { TwinSecrets } from "./secrets.js";
import { Service } from "./service.js";
import { planServices } from "./service-plans.js";
import { findSnapshot, restored, restoreSnapshot, takeSnapshot } from "./snapshot.js";
import type { TwinStatus } from "./status.js";
import { Turns } from "./turns.js";
import { untilReachable } from "./wait.js";

const powerSchema = z.strictObject({
  action: z.enum(["on", "off", "reset", "cycle", "shutdown"]),
});
const reinstallSchema = z.strictObject({
  off: z.boolean(),
  keepDisks: z.boolean().default(false),
});
const labelSchema = z.strictObject({ label: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/) });

/** A fault is undone well within this, where the host answers. */
const DOWN_WAITS_MS = 10_000;

/** Owns one twin from its first namespace to its last file. */
export class Supervisor {
  readonly #request: UpRequest;
  readonly #paths: TwinPaths;
  readonly #engine: Engine;
  readonly #startedAt = new Date();
  readonly #lines: string[] = [];
  readonly #readiness = new Readiness();
  #readyAfterMs: number | undefined;
  #twin: EngineTwin | undefined;
  #services: Service[] = [];
  #faults: FaultBook | undefined;
  #server: Server | undefined;
  readonly #turns = new Turns();

  constructor(request: UpRequest) {
    this.#request = request;
    this.#paths = twinPaths(request.name);
    this.#engine = engineNamed(request.engine);
  }

  async run(): Promise<void> {
    this.#server = await openUnixServer(this.#paths.controlSocket, (one) => this.#route(one));
    try {
      await this.#readiness.after(() => this.#build());
      this.#readyAfterMs = Date.now() - this.#startedAt.getTime();
      this.#say(`ready after ${(this.#readyAfterMs / 1000).toFixed(1)} s`);
    } catch {
      process.stdout.write(`${new Date().toISOString()} ${this.#readiness.problem}\n`);
    }
  }

  #build(): Promise<void> {
    return buildTwin({
      request: this.#request,
      paths: this.#paths,
      engine: this.#engine,
      say: (message) => this.#say(message),
      made: (twin) => {
        this.#twin = twin;
        this.#faults = new FaultBook(this.#request.plan, this.#paths, twin);
      },
      startServices: (twin, secrets) => this.#startServices(twin, secrets),
      reachable: untilReachable,
    });
  }

  async #startServices(twin: EngineTwin, secrets: TwinSecrets): Promise<void> {
    const context = { plan: this.#request.plan, paths: this.#paths, twin, secrets };
    this.#services = planServices(context).map((plan) => new Service(plan, twin.serviceGroup));
    await Promise.all(this.#services.map((service) => service.start()));
  }

  #say(message: string): void {
    const seconds = ((Date.now() - this.#startedAt.getTime()) / 1000).toFixed(1);
    this.#lines.push(`${seconds.padStart(6)} s  ${message}`);
    process.stdout.write(`${new Date().toISOString()} ${message}\n`);
  }

  readonly #route: Route = async ({ method, path, query, body }) => {
    const [, hostName] = /^\/hosts\/([^/]+)\/power$/.exec(path) ?? [];
    if (hostName !== undefined) return this.#power(method, decodeURIComponent(hostName), body);
    const [, reinstalled] = /^POST \/hosts\/([^/]+)\/reinstall$/.exec(`${method} ${path}`) ?? [];
    if (reinstalled !== undefined) {
      const host = this.#host(decodeURIComponent(reinstalled));
      return this.#exclusive(() => this.#reinstall(host, reinstallSchema.parse(body)));
    }
    switch (`${method} ${path}`) {
      case "GET /status":
        return { status: 200, body: await this.#status(query.get("probe") === "1") };
      case "GET /progress": {
        const since = Number(query.get("since") ?? 0);
        const { phase, problem } = this.#readiness;
        const lines = this.#lines.slice(since);
        return {
          status: 200,
          body: {
            pid: process.pid,
            phase,
            ...(problem === undefined ? {} : { problem }),
            next: this.#lines.length,
            lines,
          },
        };
      }
      case "POST /faults":
        return this.#exclusive(async () => this.#book().add(faultRequestSchema.parse(body)));
      case "POST /heal":
        return this.#exclusive(async () => ({ healed: await this.#book().healAll() }));
      case "POST /snapshot":
        return this.#exclusive(async () => this.#snapshot(labelSchema.parse(body).label));
      case "POST /restore":
        return this.#exclusive(async () => this.#restore(labelSchema.parse(body).label));
      case "POST /down":
        return { status: 200, body: await this.#turns.last(DOWN_WAITS_MS, () => this.#down()) };
      default:
        return { status: 404, body: { error: `the supervisor knows no ${method} ${path}` } };
    }
  };

  async #exclusive(work: () => Promise<unknown>): Promise<Reply> {
    return { status: 200, body: (await this.#turns.next(work)) ?? {} };
  }

  #book(): FaultBook {
    if (this.#faults === undefined) throw new Error("the twin is not built yet");
    return this.#faults;
  }

  #running(): EngineTwin {
    if (this.#twin === undefined) throw new Error("the twin is not built yet");
    return this.#twin;
  }

  #host(name: string): HostMachine {
    const host = this.#running().hosts.get(name);
    if (host === undefined) {
      throw new Error(
        `the twin has no host ${name}; it has ${[...this.#running().hosts.keys()].join(", ")}`,
      );
    }
    return host;
  }

  async #power(method: string, name: string, body: unknown): Promise<Reply> {
    const host = this.#host(name);
    if (method === "GET") {
      return { status: 200, body: { state: host.state() === "off" ? "off" : "on" } };
    }
    const { action } = powerSchema.parse(body);
    this.#say(`power ${action} of ${name}`);
    switch (action) {
      case "on":
        await host.powerOn();
        break;
      case "off":
        await host.powerOff();
        break;
      case "shutdown":
        await host.pressPowerButton();
        break;
      case "reset":
      case "cycle":
        if (action === "reset" && host.state() === "off") break;
        await host.powerOff();
        await host.powerOn();
        break;
    }
    return { status: 200, body: { state: host.state() === "off" ? "off" : "on" } };
  }

  async #reinstall(
    host: HostMachine,
    { off, keepDisks }: z.output<typeof reinstallSchema>,
  ): Promise<unknown> {
    const { name } = host.plan;
    this.#say(`installing ${name} anew`);
    // A restored snapshot brings the password of its time.
    const { rootPassword } = TwinSecrets.open(this.#request.plan, this.#paths.secrets);
    await host.reinstall(rootPassword, keepDisks);
    if (!off) {
      await host.powerOn();
      await untilReachable(this.#running(), host.plan);
    }
    return { host: name, power: host.state() };
  }

  #status(probe: boolean): Promise<TwinStatus> {
    return describeTwin(
      {
        request: this.#request,
        snapshots: this.#paths.snapshots,
        engine: this.#engine.name,
        startedAt: this.#startedAt,
        phase: this.#readiness.phase,
        problem: this.#readiness.problem,
        readyAfterMs: this.#readyAfterMs,
        twin: this.#twin,
        services: this.#services,
        faults: this.#faults,
      },
      probe,
    );
  }

  async #snapshot(label: string): Promise<unknown> {
    await this.#book().healAll();
    const twin = this.#running();
    return this.#readiness.after(
      () => takeSnapshot(twin, this.#request, this.#paths, label),
      () => [...twin.hosts.values()].every((host) => host.state() === "on"),
    );
  }

  async #restore(label: string): Promise<unknown> {
    // One that does not fit is refused before anything is touched.
    const snapshot = findSnapshot(this.#request, this.#paths.snapshots, label);
    await this.#book().healAll();
    const twin = this.#running();
    await this.#readiness.after(async () => {
      await restoreSnapshot(twin, snapshot, this.#paths);
      // Passwords belong to the hosts that were restored, so what surrounds them takes the same ones.
      await Promise.all(this.#services.map((service) => service.stop()));
      await this.#startServices(twin, TwinSecrets.open(this.#request.plan, this.#paths.secrets));
    });
    return restored(label);
  }

  async #down(): Promise<unknown> {
    this.#readiness.stopping();
    await Promise.all(this.#services.map((service) => service.stop()));
    await this.#twin?.destroy();
    await this.#engine.sweep(this.#request.name);
    rmSync(this.#paths.run, { recursive: true, force: true });
    setImmediate(() => {
      this.#server?.close(() => process.exit(0));
      this.#server?.closeIdleConnections();
    });
    return { down: true };
  }
}
