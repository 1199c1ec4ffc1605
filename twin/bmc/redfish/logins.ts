import { randomBytes, timingSafeEqual } from "node:crypto";
import type { RedfishBmcConfig } from "../config.js";
import { type FaultSet, passwordOf } from "../faults.js";
import type { WebRequest } from "../web-bmc.js";

const SESSIONS_MAX = 4;
const SESSION_IDLE_MS = 300_000;

interface Session {
  readonly id: string;
  readonly token: string;
  usedAt: number;
}

/** The account of a BMC: Basic and session login, with the lock that too many wrong passwords bring. */
export class RedfishLogins {
  readonly #user: string;
  readonly #password: string;
  readonly #lockout: RedfishBmcConfig["lockout"];
  readonly #basicAuth: boolean;
  readonly #faults: FaultSet;
  #sessions: Session[] = [];
  #nextId = 1;
  #failures = 0;
  #lockedUntil = 0;

  constructor(config: RedfishBmcConfig, password: string, faults: FaultSet) {
    this.#user = config.user;
    this.#password = password;
    this.#lockout = config.lockout;
    this.#basicAuth = config.basicAuth;
    this.#faults = faults;
  }

  get sessionIds(): readonly string[] {
    this.#expire();
    return this.#sessions.map(({ id }) => id);
  }

  get locked(): boolean {
    return Date.now() < this.#lockedUntil;
  }

  admits({ headers }: WebRequest): boolean {
    const token = headers["x-auth-token"];
    if (typeof token === "string") return this.#admitsToken(token);
    if (!this.#basicAuth) return false;
    const encoded = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    if (encoded === undefined) return false;
    const [, user = "", password = ""] =
      /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
    return this.#admitsPassword(user, password);
  }

  /** A new session, or why there is none. */
  open(user: string, password: string): Session | "refused" | "full" {
    if (!this.#admitsPassword(user, password)) return "refused";
    this.#expire();
    if (this.#sessions.length >= SESSIONS_MAX) return "full";
    const session = {
      id: String(this.#nextId++),
      token: randomBytes(16).toString("hex"),
      usedAt: Date.now(),
    };
    this.#sessions.push(session);
    return session;
  }

  close(id: string): boolean {
    const open = this.#sessions.length;
    this.#sessions = this.#sessions.filter((session) => session.id !== id);
    return this.#sessions.length < open;
  }

  closeAll(): void {
    this.#sessions = [];
  }

  #admitsToken(token: string): boolean {
    if (this.#faults.has("refuses-login")) return false;
    this.#expire();
    const session = this.#sessions.find((candidate) => candidate.token === token);
    if (session !== undefined) session.usedAt = Date.now();
    return session !== undefined;
  }

  #admitsPassword(user: string, password: string): boolean {
    if (this.locked || this.#faults.has("refuses-login")) return false;
    if (user === this.#user && equal(password, passwordOf(this.#faults, this.#password))) {
      this.#failures = 0;
      return true;
    }
    this.#failures += 1;
    if (this.#failures >= this.#lockout.threshold) {
      this.#failures = 0;
      this.#lockedUntil = Date.now() + this.#lockout.seconds * 1000;
    }
    return false;
  }

  #expire(): void {
    const oldest = Date.now() - SESSION_IDLE_MS;
    this.#sessions = this.#sessions.filter(({ usedAt }) => usedAt >= oldest);
  }
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
