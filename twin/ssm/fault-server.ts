import { z } from "zod";
import type { Route } from "../process/unix-server.js";
import { type SsmFaults, ssmFault } from "./faults.js";
import type { SsmFront } from "./front.js";

/** What is asked over the unix socket by which the parameter store is broken, healed and watched. */
export function faultRoute(front: SsmFront, faults: SsmFaults): Route {
  return async ({ method, path, body }) => {
    const verb = `${method} ${path}`;
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
}
