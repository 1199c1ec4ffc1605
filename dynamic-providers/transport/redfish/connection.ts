import type { z } from "zod";
import { parseJson } from "../base/json.js";
import type { HttpAnswer, PinnedPeer, Send } from "../power/pinned-http.js";
import { refuseCommonFailures, withPinnedHttp } from "../power/pinned-http.js";
import { whereOf } from "../power/pinned-tls.js";
import type { PowerLogin } from "../power/power-controller.js";
import { PowerError } from "../power/power-error.js";
import { errorText, serviceRoot } from "./answers.js";

const ROOT = "/redfish/v1/";
const asJson = { accept: "application/json", "odata-version": "4.0" };

/** One operation on a Redfish service: the login, and reading and posting under it. */
export class RedfishConnection {
  readonly #peer: PinnedPeer;
  readonly #login: PowerLogin;
  readonly #tried: string;
  readonly #send: Send;
  #authorization: Readonly<Record<string, string>>;
  #session: string | undefined;
  #sessionsAt = `${ROOT}SessionService/Sessions`;

  private constructor(peer: PinnedPeer, login: PowerLogin, tried: string, send: Send) {
    this.#peer = peer;
    this.#login = login;
    this.#tried = tried;
    this.#send = send;
    const basic = Buffer.from(`${login.user}:${login.password.reveal()}`, "utf8").toString(
      "base64",
    );
    this.#authorization = { authorization: `Basic ${basic}` };
  }

  static run<T>(
    peer: PinnedPeer,
    login: PowerLogin,
    tried: string,
    work: (connection: RedfishConnection) => Promise<T>,
  ): Promise<T> {
    return withPinnedHttp(peer, tried, async (send) => {
      const connection = new RedfishConnection(peer, login, tried, send);
      try {
        return await work(connection);
      } finally {
        await connection.#logout();
      }
    });
  }

  /** The collection of systems, from the root that is readable without a login. */
  async systemsPath(): Promise<string> {
    const answer = await this.#send({ method: "GET", path: ROOT, headers: asJson });
    const root = this.#parse(answer, serviceRoot, ROOT);
    this.#sessionsAt = root.Links?.Sessions["@odata.id"] ?? this.#sessionsAt;
    return root.Systems["@odata.id"];
  }

  async get<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
    let answer = await this.#send({ method: "GET", path, headers: this.#headers() });
    if (answer.status === 401 && this.#session === undefined && !offersBasic(answer)) {
      await this.#openSession();
      answer = await this.#send({ method: "GET", path, headers: this.#headers() });
    }
    return this.#parse(answer, schema, path);
  }

  fail(failure: "protocol" | "refused" | "unsupported", cameBack: string, doNext: string): never {
    const where = whereOf(this.#peer);
    throw new PowerError({ failure, tried: this.#tried, where, cameBack, doNext });
  }

  #headers(): Readonly<Record<string, string>> {
    return { ...asJson, ...this.#authorization };
  }

  /** For services on which Basic is switched off; they do not offer it in their refusal. */
  async #openSession(): Promise<void> {
    const { user, password } = this.#login;
    const answer = await this.#send({
      method: "POST",
      path: this.#sessionsAt,
      headers: { ...asJson, "content-type": "application/json" },
      body: JSON.stringify({ UserName: user, Password: password.reveal() }),
    });
    refuseCommonFailures(this.#peer, this.#tried, answer);
    const token = answer.headers["x-auth-token"];
    if (typeof token !== "string") {
      this.fail(
        "protocol",
        `the login was answered ${answer.status} without a token: ${errorText(answer.text)}.`,
        "Check that the account may open sessions on this controller.",
      );
    }
    const { location } = answer.headers;
    this.#session = location === undefined ? undefined : location.replace(/^https?:\/\/[^/]+/, "");
    this.#authorization = { "x-auth-token": token };
  }

  async #logout(): Promise<void> {
    const path = this.#session;
    if (path === undefined) return;
    this.#session = undefined;
    // A session that cannot be closed ends by its own timeout; it must not hide the operation's result.
    await this.#send({ method: "DELETE", path, headers: this.#headers() }).catch(() => undefined);
  }

  #parse<T extends z.ZodType>(answer: HttpAnswer, schema: T, path: string): z.output<T> {
    refuseCommonFailures(this.#peer, this.#tried, answer);
    if (answer.status !== 200) {
      this.fail(
        "protocol",
        `GET ${path} was answered ${answer.status}: ${errorText(answer.text)}.`,
        "Check that this address is a Redfish service, and the system id in the stack file.",
      );
    }
    const parsed = schema.safeParse(parseJson(answer.text));
    if (parsed.success) return parsed.data;
    return this.fail(
      "protocol",
      `the answer to GET ${path} is not what Redfish prescribes.`,
      "Check the firmware of the controller; update or restart it.",
    );
  }
}

function offersBasic(answer: HttpAnswer): boolean {
  return /\bbasic\b/i.test(answer.headers["www-authenticate"] ?? "");
}
