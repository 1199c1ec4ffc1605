import { X509Certificate } from "node:crypto";
import https from "node:https";
import tls from "node:tls";
import { Failure } from "../../../config/failure/failure.js";
import type { ApiEndpoint } from "./connection.js";

const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
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
export async function exchange(
  endpoint: ApiEndpoint,
  pins: readonly string[],
  request: Exchange,
): Promise<Answer> {
  const socket = await openVerified(endpoint, pins, request.timeoutMs);
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
    // Parameters of a DELETE travel in the path: with a body the server drops the connection without a word.
    outgoing.end(request.body);
  });
}

function openVerified(
  { host, port, node }: ApiEndpoint,
  pins: readonly string[],
  timeoutMs: number,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const pinned = pins.length > 0;
    const socket = tls.connect({ host, port, rejectUnauthorized: !pinned });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    socket.setNoDelay(true);
    socket.once("error", (error) => {
      clearTimeout(timer);
      const untrusted = !pinned && /CERT|SELF_SIGNED|ALTNAME|ISSUER/.test(codeOf(error));
      reject(
        untrusted
          ? certificateError(node, host, `its certificate is not trusted here (${error.message})`)
          : new NoAnswer(false, error.message || codeOf(error)),
      );
    });
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const raw = socket.getPeerCertificate().raw;
      const seen = raw === undefined ? "none" : new X509Certificate(raw).fingerprint256;
      if (pinned && !pins.some((pin) => pin.toUpperCase() === seen)) {
        socket.destroy();
        reject(
          certificateError(
            node,
            host,
            `it shows the certificate ${seen}, and that is none of the pinned ones`,
          ),
        );
        return;
      }
      resolve(socket);
    });
  });
}

function certificateError(node: string, host: string, cameBack: string): Failure {
  return new Failure("refused", {
    tried: "to open a verified connection to the Proxmox API",
    where: `${node} (${host})`,
    cameBack,
    doNext:
      "After a renewed certificate, run `pulumi up` so that the new fingerprint is read over ssh (`pvenode cert info` shows it); otherwise find out who answers at that address.",
  });
}

function codeOf(error: Error): string {
  return String(Reflect.get(error, "code") ?? "");
}
