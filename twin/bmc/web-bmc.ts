import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../process/read-body.js";
import { bmcIdentity, fingerprintOf, type Identity } from "./certificate.js";
import type { AmtBmcConfig, RedfishBmcConfig } from "./config.js";
import type { FaultSet } from "./faults.js";
import { BmcListener } from "./listener.js";
import type { LoggedRequest, RequestLog } from "./request-log.js";

export interface WebRequest {
  readonly method: string;
  /** Without query and without a slash at its end. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the request log: what the request meant. */
  readonly note?: string;
}

/** What a protocol adds to the web server of a BMC. */
export interface WebProtocol {
  answer(request: WebRequest): Promise<WebAnswer>;
  /** 503 or 429 in the protocol's own words. */
  busy(status: 429 | 503, retryAfterSeconds: number): WebAnswer;
  /** Forget sessions, as a restart does. */
  forget(): void;
}

const BODY_LIMIT_BYTES = 256 * 1024;

/** The web server of a Redfish or AMT controller, with every fault that does not depend on the protocol. */
export class WebBmc {
  readonly #faults: FaultSet;
  readonly #log: RequestLog;
  readonly #protocol: WebProtocol;
  readonly #listeners: readonly BmcListener[];
  readonly #identities: Readonly<Record<"bmc" | "expired" | "swapped", Identity>>;
  #presented: Identity;
  #restart: { readonly fault: object; readonly timer: NodeJS.Timeout } | undefined;
  #hung = false;
  #lastRequestAt = 0;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly config: RedfishBmcConfig | AmtBmcConfig;
    readonly ca: Identity;
    readonly faults: FaultSet;
    readonly log: RequestLog;
    readonly protocol: WebProtocol;
  }) {
    const { config, ca } = options;
    this.#faults = options.faults;
    this.#log = options.log;
    this.#protocol = options.protocol;
    const identity = (name: "bmc" | "expired" | "swapped") =>
      bmcIdentity(ca, config.stateDir, name, `${config.node}-bmc`, config.address);
    this.#identities = {
      bmc: identity("bmc"),
      expired: identity("expired"),
      swapped: identity("swapped"),
    };
    this.#presented = this.#identities.bmc;
    const listener = (port: number, own: { identity: Identity } | object) =>
      new BmcListener({
        address: config.address,
        port,
        ...own,
        onRequest: (request, response) => void this.#serve(request, response),
        silent: () => this.#faults.get("hang")?.where === "handshake",
      });
    const plain = config.kind === "amt" ? config.plainPort : undefined;
    this.#listeners = [
      listener(config.port, { identity: this.#identities.bmc }),
      ...(plain === undefined ? [] : [listener(plain, {})]),
    ];
    this.#faults.onChange(() => {
      this.#changing = this.#changing.catch(() => undefined).then(() => this.#applyFaults());
      // Whoever made the change learns of a failure from settled().
      this.#changing.catch(() => undefined);
    });
  }

  get port(): number {
    return this.#listeners[0]?.port ?? 0;
  }

  get plainPort(): number | undefined {
    return this.#listeners[1]?.port;
  }

  /** SHA-256 of its own certificate, and of those that faults make it present. */
  get fingerprints(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#identities).map(([name, { cert }]) => [name, fingerprintOf(cert)]),
    );
  }

  async start(): Promise<void> {
    for (const listener of this.#listeners) await listener.listen();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#restart?.timer);
    await this.#changing.catch(() => undefined);
    for (const listener of this.#listeners) await listener.close();
  }

  /** Resolves when the last change of faults has taken effect. */
  settled(): Promise<void> {
    return this.#changing;
  }

  async #applyFaults(): Promise<void> {
    const wanted = this.#faults.has("swapped-certificate")
      ? this.#identities.swapped
      : this.#faults.has("expired-certificate")
        ? this.#identities.expired
        : this.#identities.bmc;
    if (wanted !== this.#presented) {
      this.#presented = wanted;
      for (const listener of this.#listeners) listener.present(wanted);
    }
    this.#applyReboot();
    for (const listener of this.#listeners) {
      if (this.#faults.has("dead")) await listener.close();
      else await listener.listen();
    }
    const hangs = this.#faults.has("hang");
    // A connection that was left hanging would otherwise outlive the fault.
    if (this.#hung && !hangs) this.#dropConnections();
    this.#hung = hangs;
  }

  #applyReboot(): void {
    const reboot = this.#faults.get("reboot");
    if (reboot === this.#restart?.fault) return;
    clearTimeout(this.#restart?.timer);
    this.#restart = undefined;
    if (reboot === undefined) return;
    this.#protocol.forget();
    this.#dropConnections();
    const timer = setTimeout(() => this.#faults.heal("reboot"), reboot.seconds * 1000);
    this.#restart = { fault: reboot, timer };
  }

  /** Whether this request only wakes a sleeping engine. */
  #oversleeps(): boolean {
    const idleMs = Date.now() - this.#lastRequestAt;
    this.#lastRequestAt = Date.now();
    const sleep = this.#faults.get("sleeps");
    return sleep !== undefined && idleMs > sleep.idleSeconds * 1000;
  }

  #dropConnections(): void {
    for (const listener of this.#listeners) listener.dropConnections();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = incoming.method ?? "GET";
    const path = (incoming.url ?? "/").replace(/\?.*$/, "").replace(/(?<=.)\/+$/, "");
    const log = (outcome: LoggedRequest["outcome"], note?: string) =>
      this.#log.add({ method, path, outcome, ...(note === undefined ? {} : { note }) });
    const body = await readBody(incoming, BODY_LIMIT_BYTES).then(
      (bytes) => bytes.toString("utf8"),
      () => undefined,
    );
    if (body === undefined) {
      log("connection dropped");
      incoming.socket.destroy();
      return;
    }
    const hang = this.#faults.get("hang");
    if (hang !== undefined) {
      log("no answer");
      if (hang.where === "after-headers") {
        response.writeHead(200, { "content-type": "application/json", "content-length": "4096" });
        response.write("{");
      }
      return;
    }
    if (this.#faults.has("drops-connection") || this.#oversleeps()) {
      log("connection dropped");
      incoming.socket.destroy();
      return;
    }
    const answer = await this.#answer({ method, path, headers: incoming.headers, body });
    log(answer.status, answer.note);
    const text = answer.body ?? "";
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.status === 204 ? {} : { "content-length": Buffer.byteLength(text) }),
    });
    response.end(text);
  }

  async #answer(request: WebRequest): Promise<WebAnswer> {
    const limit = this.#faults.get("rate-limit");
    if (limit !== undefined) return this.#protocol.busy(limit.status, limit.retryAfterSeconds);
    const reboot = this.#faults.get("reboot");
    if (reboot !== undefined) return this.#protocol.busy(503, Math.ceil(reboot.seconds));
    try {
      return await this.#protocol.answer(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: 500, body: "", note: `the simulator failed: ${reason}` };
    }
  }
}
