import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import type { Identity } from "./certificate.js";

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A TCP port whose listening, TLS handshake and certificate can each be taken away while it runs. The HTTP server
 * behind it gets the accepted sockets by hand, because only then can a connection be left without a handshake.
 */
export class BmcListener {
  readonly #address: string;
  readonly #http: HttpServer | HttpsServer;
  readonly #sockets = new Set<Socket>();
  readonly #silent: () => boolean;
  #port: number;
  #tcp: Server | undefined;

  constructor(options: {
    readonly address: string;
    readonly port: number;
    /** Absent: plain HTTP. */
    readonly identity?: Identity;
    readonly onRequest: RequestListener;
    /** True while connections are to be accepted and then ignored. */
    readonly silent: () => boolean;
  }) {
    this.#address = options.address;
    this.#port = options.port;
    this.#silent = options.silent;
    this.#http =
      options.identity === undefined
        ? createHttpServer(options.onRequest)
        : createHttpsServer({ ...options.identity, minVersion: "TLSv1.2" }, options.onRequest);
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    if (this.#tcp !== undefined) return;
    const tcp = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#tcp = tcp;
    await new Promise<void>((resolve, reject) => {
      tcp.once("error", (error) =>
        reject(new Error(`cannot listen on ${this.#address} port ${this.#port}: ${error.message}`)),
      );
      tcp.listen(this.#port, this.#address, resolve);
    });
    const bound = tcp.address();
    if (bound !== null && typeof bound === "object") this.#port = bound.port;
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const tcp = this.#tcp;
    this.#tcp = undefined;
    const closed = tcp && new Promise<void>((resolve) => tcp.close(() => resolve()));
    this.dropConnections();
    await closed;
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** New connections see this certificate; the old ones end. */
  present(identity: Identity): void {
    if ("setSecureContext" in this.#http) {
      this.#http.setSecureContext({ ...identity, minVersion: "TLSv1.2" });
      this.dropConnections();
    }
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (!this.#silent()) this.#http.emit("connection", socket);
  }
}
