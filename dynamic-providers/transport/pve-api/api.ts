import { Failure } from "../../../config/failure/failure.js";
import type { Cancellation } from "../base/cancellation.js";
import { type Clock, type Policy, retry } from "../base/clock.js";
import type { RunLog } from "../base/run-log.js";
import type { Secret } from "../base/secret.js";
import { ApiFailure, isPassing, requireSuccess } from "./api-failure.js";
import { type ApiEndpoint, exchange, NoAnswer } from "./exchange.js";

export type Parameters = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** The way to one member's API, in memory only: whoever takes it has read the token from the member itself. */
export interface ApiReach {
  readonly endpoint: ApiEndpoint;
  /** `user@realm!name`. */
  readonly account: string;
  readonly token: Secret;
}

export interface ApiOptions {
  readonly clock: Clock;
  readonly log: RunLog;
  readonly cancellation: Cancellation;
  readonly policy: Policy;
}

/** The server itself gives up after 30 s when it asks another node. */
const CALL_TIMEOUT_MS = 45_000;

/**
 * Changes through the API of one member. Only for what carries a secret: `pvesh` takes its options from the command line, where
 * every process sees them. Everything else goes by `pvesh`.
 */
export class PveApi {
  constructor(
    private readonly reach: ApiReach,
    private readonly options: ApiOptions,
    private readonly resource: string,
  ) {}

  post(path: string, parameters: Parameters): Promise<void> {
    return this.call("POST", path, parameters);
  }

  put(path: string, parameters: Parameters): Promise<void> {
    return this.call("PUT", path, parameters);
  }

  private async call(method: "POST" | "PUT", path: string, parameters: Parameters): Promise<void> {
    const { clock, log, policy, cancellation } = this.options;
    const { node } = this.reach.endpoint;
    const start = clock.now();
    let outcome: "ok" | "failed" = "failed";
    try {
      await retry(
        () => this.send(method, path, encode(parameters)),
        mayRepeat,
        policy,
        clock,
        cancellation.signal,
      );
      outcome = "ok";
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) {
        throw thrown;
      }
      const fate = thrown.sent ? "; whether it took effect is not known" : "";
      throw new Failure("unreachable", {
        tried: `to call ${method} ${path}`,
        where: `the Proxmox API of ${node}`,
        cameBack: `${thrown.message}${fate}`,
        doNext: "Check that the node answers on its API's port, then run `pulumi up` again.",
      });
    } finally {
      log.step({
        host: node,
        resource: this.resource,
        verb: `${method} ${path}`,
        durationMs: clock.now() - start,
        bytes: 0,
        changed: true,
        outcome,
      });
    }
  }

  private async send(method: string, path: string, body: string): Promise<void> {
    const { log, cancellation } = this.options;
    const { endpoint, account, token } = this.reach;
    log.trace(endpoint.node, `# ${method} ${path} ${body}`);
    log.count(endpoint.node, { roundTrips: 1, connections: 1, bytesSent: body.length });
    const answer = await exchange(endpoint, {
      method,
      path: `/api2/json${path}`,
      headers: {
        authorization: `PVEAPIToken=${account}=${token.reveal()}`,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(Buffer.byteLength(body)),
      },
      body,
      timeoutMs: CALL_TIMEOUT_MS,
      signal: cancellation.signal,
    });
    log.count(endpoint.node, { bytesReceived: answer.text.length });
    requireSuccess(answer, `${method} ${path}`, `${endpoint.node} (${endpoint.host})`);
  }
}

const mayRepeat = (thrown: unknown): boolean =>
  thrown instanceof NoAnswer ? !thrown.sent : thrown instanceof ApiFailure && isPassing(thrown);

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
