import { Client } from "ssh2";
import { Failure, messageOf } from "../../../config/failure/failure.js";
import { fingerprintOf } from "./known-hosts.js";

export interface SshPlace {
  readonly host: string;
  readonly port: number;
}

/** The fingerprint of the key that a host shows before anybody logs in. Nothing is trusted by that and nothing is recorded. */
export function shownHostKey({ host, port }: SshPlace, patienceMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let seen: string | undefined;
    const end = (cameBack: string): void => {
      client.destroy();
      if (seen !== undefined) {
        resolve(seen);
        return;
      }
      reject(
        new Failure("unreachable", {
          tried: `to see the ssh key of the host at port ${port}`,
          where: host,
          cameBack,
          doNext: "Check the address, and that the host is powered on and reachable from here.",
        }),
      );
    };
    client.on("error", (error) => end(messageOf(error)));
    client.on("close", () => end("the host closed the connection"));
    client.connect({
      host,
      port,
      username: "root",
      readyTimeout: patienceMs,
      timeout: patienceMs,
      // No login follows: who is there is decided by a person first.
      authHandler: [],
      hostVerifier: (shown: Buffer) => {
        seen = fingerprintOf(shown);
        return false;
      },
    });
  });
}
