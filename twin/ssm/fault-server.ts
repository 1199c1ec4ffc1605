import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { z } from "zod";
import { type SsmFaults, ssmFault } from "./faults.js";
import type { SsmFront } from "./front.js";

/** The unix socket over which the parameter store is broken, healed and watched. */
export function faultServer(front: SsmFront, faults: SsmFaults): Server {
  const act = (verb: string, body: unknown): { status: number; body: unknown } => {
    switch (verb) {
      case "GET /":
        return { status: 200, body: { port: front.port, faults: faults.list() } };
      case "POST /fault": {
        const wanted = ssmFault.safeParse(body);
        if (!wanted.success) {
          return { status: 400, body: { error: z.prettifyError(wanted.error) } };
        }
        faults.add(wanted.data);
        return { status: 200, body: { faults: faults.list() } };
      }
      case "POST /heal":
        faults.heal();
        front.dropConnections();
        return { status: 200, body: { faults: [] } };
      case "GET /requests":
        return { status: 200, body: front.calls };
      case "POST /forget":
        front.calls.length = 0;
        return { status: 200, body: {} };
      default:
        return { status: 404, body: { error: `there is no ${verb}` } };
    }
  };
  return createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      let reply: { status: number; body: unknown };
      try {
        reply = act(`${request.method} ${request.url}`, text.trim() === "" ? {} : JSON.parse(text));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        reply = { status: 400, body: { error: reason } };
      }
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(`${JSON.stringify(reply.body)}\n`);
    });
  });
}

export function listenOnSocket(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}
