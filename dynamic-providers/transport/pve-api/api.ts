import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import type { Cancellation } from "../base/cancellation.js";
import { type Clock, type Policy, retry } from "../base/clock.js";
import type { RunLog } from "../base/run-log.js";
import type { Secret } from "../base/secret.js";
import { ApiFailure, dataOf, isPassing, isPassingForReads } from "./api-failure.js";
import type { ApiEndpoint, ApiReach } from "./connection.js";
import { exchange, NoAnswer } from "./exchange.js";
import { refuseRootOnly } from "./root-only.js";
import { followTask, type TaskResult } from "./task.js";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Parameter = string | number | boolean | readonly (string | number)[] | undefined;
export type Parameters = Readonly<Record<string, Parameter>>;

export interface ApiOptions {
  readonly resolve: (reference: SecretRef) => Promise<Secret>;
  readonly clock: Clock;
  readonly log: RunLog;
  readonly cancellation: Cancellation;
  readonly policy: Policy;
}

/** The server itself gives up after 30 s when it asks another node. */
const CALL_TIMEOUT_MS = 45_000;
/** Tickets last two hours. */
const TICKET_LIFE_MS = 100 * 60_000;
const TASK_DEADLINE_MS = 600_000;

const ticketReply = z.object({ ticket: z.string(), CSRFPreventionToken: z.string() });

interface Session {
  readonly headers: Readonly<Record<string, string>>;
  readonly madeAt: number;
}

/** The cluster's API, through whichever member answers. */
export class PveApi {
  private session: Promise<Session> | undefined;
  private preferred = 0;

  constructor(
    private readonly connection: ApiReach,
    private readonly options: ApiOptions,
    private readonly owner: { readonly resource: string; readonly changes: () => boolean },
  ) {}

  get(path: string, parameters: Parameters = {}): Promise<unknown> {
    return this.call("GET", path, parameters);
  }

  post(path: string, parameters: Parameters = {}): Promise<unknown> {
    return this.call("POST", path, parameters);
  }

  put(path: string, parameters: Parameters = {}): Promise<unknown> {
    return this.call("PUT", path, parameters);
  }

  delete(path: string, parameters: Parameters = {}): Promise<unknown> {
    return this.call("DELETE", path, parameters);
  }

  /** Makes a call that starts a task, and waits for the task's end. */
  async task(
    method: Exclude<Method, "GET">,
    path: string,
    parameters: Parameters = {},
    deadlineMs = TASK_DEADLINE_MS,
  ): Promise<TaskResult> {
    const { clock, cancellation } = this.options;
    const upid = z.string().parse(await this.call(method, path, parameters));
    return await cancellation.waitFor({ verb: `task ${upid}`, where: this.place() }, () =>
      followTask(this, upid, `${method} ${path}`, {
        deadlineMs,
        clock,
        signal: cancellation.signal,
      }),
    );
  }

  private async call(method: Method, path: string, parameters: Parameters): Promise<unknown> {
    refuseRootOnly(method, path, this.identity());
    const { clock, log, policy, cancellation } = this.options;
    const start = clock.now();
    let outcome: "ok" | "failed" = "failed";
    try {
      const data = await retry(
        () => this.onAnyEndpoint(method, path, parameters),
        (thrown) => this.mayRepeat(method, thrown),
        policy,
        clock,
        cancellation.signal,
      );
      outcome = "ok";
      return data;
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) {
        throw thrown;
      }
      const fate = thrown.sent && method !== "GET" ? "; whether it took effect is not known" : "";
      throw new Failure("unreachable", {
        tried: `to call ${method} ${path}`,
        where: this.place(),
        cameBack: `${thrown.message}${fate}`,
        doNext:
          "Check that a node of the cluster answers on port 8006, then run `pulumi up` again.",
      });
    } finally {
      log.step({
        host: this.endpoint(this.preferred).node,
        resource: this.owner.resource,
        verb: `${method} ${path}`,
        durationMs: clock.now() - start,
        bytes: 0,
        changed: method !== "GET",
        outcome,
      });
    }
  }

  private mayRepeat(method: Method, thrown: unknown): boolean {
    if (thrown instanceof NoAnswer) {
      return method === "GET" || !thrown.sent;
    }
    if (thrown instanceof ApiFailure) {
      return method === "GET" ? isPassingForReads(thrown) : isPassing(thrown);
    }
    return false;
  }

  /** One round over all endpoints, beginning with the one that answered last. */
  private async onAnyEndpoint(
    method: Method,
    path: string,
    parameters: Parameters,
  ): Promise<unknown> {
    const count = this.connection.endpoints.length;
    for (let round = 0; ; round++) {
      const at = (this.preferred + round) % count;
      try {
        const data = await this.authenticated(this.endpoint(at), method, path, parameters);
        this.preferred = at;
        return data;
      } catch (thrown) {
        const elsewhere = thrown instanceof NoAnswer && (method === "GET" || !thrown.sent);
        if (!elsewhere || round + 1 >= count) {
          throw thrown;
        }
      }
    }
  }

  private async authenticated(
    endpoint: ApiEndpoint,
    method: Method,
    path: string,
    parameters: Parameters,
  ): Promise<unknown> {
    const session = await this.currentSession(endpoint);
    try {
      return await this.send(endpoint, method, path, parameters, session.headers);
    } catch (thrown) {
      const expired = thrown instanceof ApiFailure && thrown.status === 401;
      if (!expired || !("login" in this.connection.auth)) {
        throw thrown;
      }
    }
    // The ticket died with the old cluster key or of age: one new login, and no more.
    this.session = undefined;
    const renewed = await this.currentSession(endpoint);
    return await this.send(endpoint, method, path, parameters, renewed.headers);
  }

  private async currentSession(endpoint: ApiEndpoint): Promise<Session> {
    const { clock } = this.options;
    const present = await this.session?.catch(() => undefined);
    if (present !== undefined && clock.now() - present.madeAt < TICKET_LIFE_MS) {
      return present;
    }
    this.session = this.open(endpoint);
    return await this.session;
  }

  private async open(endpoint: ApiEndpoint): Promise<Session> {
    const { resolve, clock } = this.options;
    const { auth } = this.connection;
    if (!("login" in auth)) {
      const { id } = "given" in auth ? auth.given : auth.token;
      const secret = "given" in auth ? auth.given.secret : await resolve(auth.token.secret);
      return {
        headers: { authorization: `PVEAPIToken=${id}=${secret.reveal()}` },
        madeAt: clock.now(),
      };
    }
    const password = await resolve(auth.login.password);
    const reply = await this.send(
      endpoint,
      "POST",
      "/access/ticket",
      { username: auth.login.user, password: password.reveal() },
      {},
    );
    const { ticket, CSRFPreventionToken } = ticketReply.parse(reply);
    return {
      headers: {
        cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
        csrfpreventiontoken: CSRFPreventionToken,
      },
      madeAt: clock.now(),
    };
  }

  private async send(
    endpoint: ApiEndpoint,
    method: Method,
    path: string,
    parameters: Parameters,
    headers: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const { log, cancellation } = this.options;
    const encoded = encode(parameters);
    const inBody = method === "POST" || method === "PUT";
    const query = inBody || encoded === "" ? "" : `?${encoded}`;
    const body = inBody ? encoded : undefined;
    log.trace(endpoint.node, `# ${method} ${path} ${encoded}`);
    log.count(endpoint.node, { roundTrips: 1, connections: 1, bytesSent: encoded.length });
    const answer = await exchange(endpoint, this.connection.fingerprints, {
      method,
      path: `/api2/json${path}${query}`,
      headers: {
        ...headers,
        accept: "application/json",
        ...(body === undefined
          ? {}
          : {
              "content-type": "application/x-www-form-urlencoded",
              "content-length": String(Buffer.byteLength(body)),
            }),
      },
      body,
      timeoutMs: CALL_TIMEOUT_MS,
      signal: cancellation.signal,
    });
    log.count(endpoint.node, { bytesReceived: answer.text.length });
    return dataOf(answer, `${method} ${path}`, `${endpoint.node} (${endpoint.host})`);
  }

  private endpoint(at: number): ApiEndpoint {
    const found = this.connection.endpoints[at];
    if (found === undefined) {
      throw new Error(`there is no endpoint ${at}`);
    }
    return found;
  }

  private identity(): string {
    const { auth } = this.connection;
    if ("login" in auth) {
      return auth.login.user;
    }
    return "given" in auth ? auth.given.id : auth.token.id;
  }

  private place(): string {
    return `the Proxmox API of ${this.connection.endpoints.map(({ node }) => node).join(", ")}`;
  }
}

/** Form encoding; lists repeat their key, and switches are 1 and 0. */
function encode(parameters: Parameters): string {
  const pairs = Object.entries(parameters).flatMap(([key, value]) => {
    if (value === undefined) {
      return [];
    }
    const values = typeof value === "object" ? value : [value];
    return values.map((one) => {
      const text = typeof one === "boolean" ? (one ? "1" : "0") : String(one);
      return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`;
    });
  });
  return pairs.join("&");
}
