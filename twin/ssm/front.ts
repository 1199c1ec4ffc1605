import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { z } from "zod";
import { readBody } from "../process/read-body.js";
import type { SsmFault, SsmFaults } from "./faults.js";

export interface LoggedCall {
  readonly at: string;
  readonly operation: string;
  /** Names of the parameters that were asked for; never a value. */
  readonly names: readonly string[];
  readonly outcome: number | "no answer" | "connection dropped";
}

const KEPT = 2000;
const named = z.object({
  Name: z.string().optional(),
  Names: z.array(z.string()).optional(),
  Path: z.string().optional(),
});

/** Stands before moto at the address of the service, passes requests through, and misbehaves when told to. */
export class SsmFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #motoPort: number;
  readonly #faults: SsmFaults;
  readonly calls: LoggedCall[] = [];

  constructor(motoPort: number, faults: SsmFaults) {
    this.#motoPort = motoPort;
    this.#faults = faults;
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    const bound = this.#server.address();
    return bound !== null && typeof bound === "object" ? bound.port : 0;
  }

  async listen(address: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) =>
        reject(new Error(`cannot listen on ${address} port ${port}: ${error.message}`)),
      );
      this.#server.listen(port, address, resolve);
    });
  }

  /** Ends connections, so that one which was left hanging does not outlive its fault. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(incoming);
      const operation = operationOf(incoming);
      const log = (outcome: LoggedCall["outcome"]) => this.#log(operation, body, outcome);
      const fault = this.#faults.take(operation);
      if (fault === undefined) log(await this.#pass(incoming, body, response));
      else log(strike(fault, incoming, response));
    } catch {
      incoming.socket.destroy();
    }
  }

  #log(operation: string, body: Buffer, outcome: LoggedCall["outcome"]): void {
    const names = namesIn(body);
    this.calls.push({ at: new Date().toISOString(), operation, names, outcome });
    if (this.calls.length > KEPT) this.calls.shift();
  }

  #pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<number> {
    const { "transfer-encoding": _chunked, ...headers } = incoming.headers;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: "127.0.0.1",
          port: this.#motoPort,
          method: incoming.method,
          path: incoming.url,
          headers: { ...headers, "content-length": body.length },
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
          answer.on("end", () => resolve(answer.statusCode ?? 502));
          answer.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

function operationOf(incoming: IncomingMessage): string {
  const target = incoming.headers["x-amz-target"];
  return typeof target === "string" ? target.slice(target.lastIndexOf(".") + 1) : "other";
}

function namesIn(body: Buffer): readonly string[] {
  try {
    const { Name, Names, Path } = named.parse(JSON.parse(body.toString("utf8")));
    return [Name, Path, ...(Names ?? [])].filter((name) => name !== undefined);
  } catch {
    return [];
  }
}

function strike(
  kind: SsmFault["kind"],
  incoming: IncomingMessage,
  response: ServerResponse,
): LoggedCall["outcome"] {
  const refuse = (status: number, type: string, message: string) => {
    response.writeHead(status, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": type,
    });
    response.end(JSON.stringify({ __type: type, message }));
    return status;
  };
  switch (kind) {
    case "throttle":
      return refuse(400, "ThrottlingException", "Rate exceeded");
    case "access-denied":
      return refuse(
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/twin is not authorized to perform this action",
      );
    case "unavailable":
      return refuse(500, "InternalServerError", "The service failed.");
    case "hang":
      return "no answer";
    case "drops-connection":
      incoming.socket.destroy();
      return "connection dropped";
  }
}
