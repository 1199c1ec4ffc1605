import { X509Certificate } from "node:crypto";
import https from "node:https";
import tls from "node:tls";
import { Failure } from "../../../config/failure/failure.js";

const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface ApiEndpoint {
  readonly node: string;
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the only certificate that is accepted there. */
  readonly fingerprint: string;
}

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
}

/** The node did not answer. `sent` says whether it may have acted on the request. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(
    readonly sent: boolean,
    why: string,
  ) {
    super(why);
  }
}

/** One request to one node over a connection whose certificate was checked before the first byte was sent. */
export async function exchange(endpoint: ApiEndpoint, request: Exchange): Promise<Answer> {
  const socket = await openVerified(endpoint, request.timeoutMs);
  return await new Promise<Answer>((resolve, reject) => {
    const outgoing = https.request(
      {
        host: endpoint.host,
        port: endpoint.port,
        method: request.method,
        path: request.path,
        headers: { ...request.headers, connection: "close" },
        createConnection: () => socket,
        signal: request.signal,
        timeout: request.timeoutMs,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_ANSWER_BYTES) {
            outgoing.destroy(new NoAnswer(true, "the answer is larger than the program reads"));
            return;
          }
          chunks.push(chunk);
        });
        incoming.on("end", () => {
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? "",
            text: Buffer.concat(chunks).toString("utf8"),
          });
        });
        incoming.on("error", (error) => reject(new NoAnswer(true, error.message)));
        incoming.on("aborted", () => reject(new NoAnswer(true, "the connection broke")));
      },
    );
    outgoing.on("timeout", () =>
      outgoing.destroy(new NoAnswer(true, `no answer within ${request.timeoutMs / 1000} s`)),
    );
    outgoing.on("error", (error) => {
      if (request.signal.aborted) {
        reject(request.signal.reason);
      } else {
        reject(error instanceof NoAnswer ? error : new NoAnswer(true, error.message));
      }
    });
    outgoing.end(request.body);
  });
}

function openVerified(
  { host, port, node, fingerprint }: ApiEndpoint,
  timeoutMs: number,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    // Proxmox signs its certificates itself; the fingerprint says more than any authority.
    const socket = tls.connect({ host, port, rejectUnauthorized: false });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    socket.setNoDelay(true);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(new NoAnswer(false, error.message || String(Reflect.get(error, "code") ?? "")));
    });
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const raw = socket.getPeerCertificate().raw;
      const seen = raw === undefined ? "none" : new X509Certificate(raw).fingerprint256;
      if (fingerprint.toUpperCase() !== seen) {
        socket.destroy();
        reject(
          new Failure("refused", {
            tried: "to open a verified connection to the Proxmox API",
            where: `${node} (${host})`,
            cameBack: `it shows the certificate ${seen}, and the host itself says ${fingerprint}`,
            doNext: "Find out who answers at that address, then run `pulumi up` again.",
          }),
        );
        return;
      }
      resolve(socket);
    });
  });
}
