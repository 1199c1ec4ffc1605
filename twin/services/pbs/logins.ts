import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { PbsAccount } from "./config.js";

const TICKET_LIFE_MS = 2 * 3_600_000;

/** Who may come in: users by ticket, tokens by header. */
export class Logins {
  readonly #accounts: readonly PbsAccount[];
  readonly #tickets = new Map<string, { readonly account: PbsAccount; readonly endsAt: number }>();

  constructor(accounts: readonly PbsAccount[]) {
    this.#accounts = accounts;
  }

  /** A ticket for a user and a password; API tokens get none, as on the real server. */
  ticket(user: string, password: string): string | undefined {
    const account = user.includes("!") ? undefined : this.#account(user, password);
    if (account === undefined) return undefined;
    const ticket = `PBS:${user}:${randomBytes(16).toString("hex")}`;
    this.#tickets.set(ticket, { account, endsAt: Date.now() + TICKET_LIFE_MS });
    return ticket;
  }

  /** Whose request this is. */
  of(headers: IncomingHttpHeaders): PbsAccount | undefined {
    const [, token, secret] =
      /^PBSAPIToken[ =]([^:]+![^:]+):(.+)$/.exec(headers.authorization ?? "") ?? [];
    if (token !== undefined && secret !== undefined) return this.#account(token, secret);
    const [, cookie] = /(?:^|;\s*)PBSAuthCookie=([^;]+)/.exec(headers.cookie ?? "") ?? [];
    const known = cookie === undefined ? undefined : this.#tickets.get(decodeURIComponent(cookie));
    return known !== undefined && known.endsAt > Date.now() ? known.account : undefined;
  }

  #account(user: string, password: string): PbsAccount | undefined {
    const account = this.#accounts.find((one) => one.user === user);
    return account !== undefined && (account.password ?? password) === password && password !== ""
      ? account
      : undefined;
  }
}
