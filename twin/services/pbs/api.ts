import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../process/read-body.js";
import type { PbsAccount } from "./config.js";
import type { Datastores } from "./datastores.js";
import type { Logins } from "./logins.js";

const LARGEST_BODY_BYTES = 64 * 1024;
const BASE = "/api2/json";
const VERSION = { version: "4.2", release: "1", repoid: "twin" };

interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly data?: unknown;
}

const refused: Answer = { status: 401, reason: "authentication failed - check credentials" };

/** The part of the server's API that a cluster uses when it has a datastore as storage. */
export class PbsApi {
  readonly #logins: Logins;
  readonly #stores: Datastores;

  constructor(logins: Logins, stores: Datastores) {
    this.#logins = logins;
    this.#stores = stores;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, reason, data } = await this.#decide(request);
    const body = reason ?? JSON.stringify({ data: data ?? null });
    response.writeHead(status, {
      "content-type": reason === undefined ? "application/json" : "text/plain",
    });
    response.end(body);
  }

  async #decide(request: IncomingMessage): Promise<Answer> {
    const { pathname } = new URL(request.url ?? "/", "https://pbs");
    if (!pathname.startsWith(`${BASE}/`)) return { status: 404, reason: "not found" };
    const path = pathname.slice(BASE.length);
    if (request.method === "POST" && path === "/access/ticket") {
      const form = new URLSearchParams(
        (await readBody(request, LARGEST_BODY_BYTES)).toString("utf8"),
      );
      const user = form.get("username") ?? "";
      const ticket = this.#logins.ticket(user, form.get("password") ?? "");
      return ticket === undefined
        ? refused
        : { status: 200, data: { ticket, username: user, CSRFPreventionToken: "twin" } };
    }
    const account = this.#logins.of(request.headers);
    if (account === undefined) return refused;
    return request.method === "GET"
      ? this.#read(path, account)
      : { status: 501, reason: "the twin's backup server takes no backups" };
  }

  #read(path: string, account: PbsAccount): Answer {
    if (path === "/version") return { status: 200, data: VERSION };
    if (path === "/admin/datastore") {
      return {
        status: 200,
        data: account.datastores.map((store) => ({ store, "mount-status": "nonremovable" })),
      };
    }
    const [, name = "", what] = /^\/admin\/datastore\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    const store = decodeURIComponent(name);
    if (what === undefined) return { status: 404, reason: `no such path '${path}'` };
    if (!account.datastores.includes(store)) {
      return {
        status: 403,
        reason: `permission check failed - missing Datastore.Audit on ${store}`,
      };
    }
    switch (what) {
      case "status":
        return { status: 200, data: this.#stores.usage(store) };
      case "snapshots":
        return { status: 200, data: this.#stores.backups(store) };
      case "namespace":
        return { status: 200, data: [{ ns: "" }] };
      default:
        return { status: 404, reason: `no such path '${path}'` };
    }
  }
}
