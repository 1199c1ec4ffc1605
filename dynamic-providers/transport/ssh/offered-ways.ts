import { Client } from "ssh2";
import { messageOf } from "../../../config/failure/failure.js";
import type { SshConnection } from "./connection.js";

/**
 * By which methods a host lets somebody log in who has shown nothing yet: what it offers after "none" was refused. No key and no password is
 * sent, so that it does not matter here which key the host shows. "none" alone means that it needs nothing at all.
 */
export function offeredWays(
  { host, port, user }: Pick<SshConnection, "host" | "port" | "user">,
  timeoutMs: number,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const end = (told: () => void): void => {
      client.destroy();
      told();
    };
    // Not once: the closed socket has an error of its own, and nobody else would listen.
    client.on("error", (error) =>
      end(() => reject(new Error(`ssh to ${host}:${port}: ${messageOf(error)}`))),
    );
    client.once("close", () => reject(new Error(`ssh to ${host}:${port} was closed`)));
    client.once("ready", () => end(() => resolve(["none"])));
    let hasAsked = false;
    client.connect({
      host,
      port,
      username: user,
      readyTimeout: timeoutMs,
      hostVerifier: () => true,
      authHandler: (left, _partial, next) => {
        if (hasAsked) {
          end(() => resolve([...left]));
          return;
        }
        hasAsked = true;
        next({ type: "none", username: user });
      },
    });
  });
}
