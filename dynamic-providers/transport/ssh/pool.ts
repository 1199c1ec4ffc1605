import type { SshConnection } from "./connection.js";
import { withFilesInPlace } from "./own-files.js";
import { HostSession, type SessionOptions } from "./session.js";

/** All hosts of a run, one session for each way to reach one. */
export class SshPool {
  private readonly sessions = new Map<string, HostSession>();

  constructor(private readonly options: SessionOptions) {}

  session(connection: SshConnection): HostSession {
    const key = JSON.stringify(connection);
    let session = this.sessions.get(key);
    if (session === undefined) {
      session = new HostSession(withFilesInPlace(connection), this.options);
      this.sessions.set(key, session);
    }
    return session;
  }

  close(): void {
    for (const session of this.sessions.values()) {
      session.close();
    }
    this.sessions.clear();
  }
}
