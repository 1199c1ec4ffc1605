import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { type Duplex, PassThrough } from "node:stream";
import type { TLSSocket } from "node:tls";
import { connectionFailure, connectPinned, type TlsPeer, whereOf } from "./pinned-tls.js";
import { PowerError } from "./power-error.js";

export interface HttpMessage {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type Send = (message: HttpMessage) => Promise<HttpAnswer>;

export interface PinnedPeer extends TlsPeer {
  /** Accepted SHA-256 fingerprints; two of them while a certificate is being exchanged. */
  readonly fingerprints: readonly string[];
  /** For one whole operation, all its requests included. */
  readonly deadlineMs: number;
}

const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** Runs one operation over connections that are pinned, bounded by one deadline, and closed at its end. */
export async function withPinnedHttp<T>(
  peer: PinnedPeer,
  tried: string,
  work: (send: Send) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(peer.deadlineMs);
  const agent = new PinnedAgent(peer, tried, signal);
  try {
    return await work((message) => exchange(peer, agent, tried, signal, message));
  } finally {
    agent.destroy();
  }
}

class PinnedAgent extends Agent {
  readonly #connect: () => Promise<TLSSocket>;

  constructor(peer: PinnedPeer, tried: string, signal: AbortSignal) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#connect = () => connectPinned(peer, peer.fingerprints, tried, signal);
  }

  override createConnection(
    _options: object,
    done?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    this.#connect().then(
      (socket) => done?.(null, socket),
      // Beside an error the socket is not looked at, but the signature wants one.
      (error: Error) => done?.(error, new PassThrough()),
    );
  }
}

function exchange(
  peer: PinnedPeer,
  agent: Agent,
  tried: string,
  signal: AbortSignal,
  { method, path, headers, body }: HttpMessage,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(error instanceof PowerError ? error : connectionFailure(error, peer, tried, signal));
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const outgoing = request(
      {
        host: peer.host,
        port: peer.port,
        method,
        path,
        headers: { ...headers, ...length },
        agent,
        signal,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on("data", (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > ANSWER_LIMIT_BYTES) incoming.destroy(new Error("the answer is too long"));
        });
        incoming.on("error", fail);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}

/** The failures that every HTTP device shares; returns for any other status. */
export function refuseCommonFailures(peer: TlsPeer, tried: string, answer: HttpAnswer): void {
  const common = { tried, where: whereOf(peer) };
  switch (answer.status) {
    case 401:
      throw new PowerError({
        ...common,
        failure: "login",
        cameBack: "the device refused the login.",
        doNext:
          "It is not tried again, because more attempts may lock the account. Check user and password " +
          "of this device in the secret store, and whether the account is locked.",
      });
    case 403:
      throw new PowerError({
        ...common,
        failure: "forbidden",
        cameBack: "the device let the account in and forbade the request.",
        doNext: "Give the account the right to switch power (role Operator or its like).",
      });
    case 429:
    case 503: {
      const wait = answer.headers["retry-after"];
      throw new PowerError({
        ...common,
        failure: "busy",
        cameBack:
          `the device answered ${answer.status}: it is busy or restarting` +
          `${wait === undefined ? "." : `, and asks for ${wait} s of patience.`}`,
        doNext:
          "Read the power state again later; if it lasts for minutes, restart the controller.",
      });
    }
    default:
  }
}
