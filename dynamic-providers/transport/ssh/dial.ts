import net from "node:net";
import type { Duplex } from "node:stream";
import { type AnyAuthMethod, type AuthHandlerMiddleware, Client } from "ssh2";
import { Failure, type FailureParts, messageOf } from "../../../config/failure/failure.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import type { Secret } from "../base/secret.js";
import { placeOf, type SshConnection } from "./connection.js";
import { ownKey, publicLine } from "./key-pair.js";
import { judgeHostKey } from "./known-hosts.js";

export interface DialOptions {
  readonly resolve: (reference: SecretRef) => Promise<Secret>;
  readonly say: (line: string) => void;
  readonly timeoutMs: number;
  /** For a host that took the connection and is slow to log in; as long as the rest when absent. */
  readonly loginMs?: number | undefined;
  readonly keepAliveMs: number;
  /** The file of known hosts goes with whoever looks, so nobody is told of it. */
  readonly passesBy?: boolean;
}

export interface Dialled {
  readonly client: Client;
  /** Set when the host took the password and does not have the program's key yet. */
  readonly keyToInstall: string | undefined;
  readonly close: () => void;
}

/** A connection that could not be made for a reason that may pass: the host may be booting. */
export class NotReachable extends Failure {
  override readonly name = "NotReachable";
  constructor(
    parts: FailureParts,
    /** Something is there, and is busy or starting. */
    readonly tookConnection: boolean,
  ) {
    super("unreachable", parts);
  }
}

/** Opens one authenticated connection to a host, through its jump host when it has one. */
export async function dial(connection: SshConnection, options: DialOptions): Promise<Dialled> {
  const key = await privateKey(connection, options);
  const jump = connection.jump === undefined ? undefined : await viaJump(connection, options, key);
  try {
    const stream = jump?.stream ?? (await tcp(connection, options.timeoutMs));
    const { client, method } = await handshake(connection, stream, key, options);
    const needsKey = method === "password" && key !== undefined;
    return {
      client,
      keyToInstall: needsKey ? publicLine(key, placeOf(connection)) : undefined,
      close: () => {
        client.destroy();
        jump?.client.destroy();
      },
    };
  } catch (thrown) {
    jump?.client.destroy();
    throw thrown;
  }
}

async function privateKey(
  { auth }: SshConnection,
  options: DialOptions,
): Promise<Secret | undefined> {
  if (auth.key !== undefined) {
    return await options.resolve(auth.key);
  }
  return auth.keyFile === undefined ? undefined : ownKey(auth.keyFile);
}

async function viaJump(
  connection: SshConnection,
  options: DialOptions,
  key: Secret | undefined,
): Promise<{ readonly client: Client; readonly stream: Duplex }> {
  const { jump } = connection;
  if (jump === undefined) {
    throw new Error("viaJump without a jump host");
  }
  const first: SshConnection = {
    ...connection,
    host: jump.host,
    node: jump.host,
    port: jump.port,
    user: jump.user,
    hostKey: jump.hostKey ?? "trust-first-use",
    auth: { ...connection.auth, password: undefined },
    jump: undefined,
  };
  const socket = await tcp(first, options.timeoutMs);
  const { client } = await handshake(first, socket, key, options);
  const opening = new Promise<Duplex>((resolve, reject) => {
    // The jump host waits for minutes where a host is dead.
    const timer = setTimeout(
      () =>
        reject(
          notReachable(
            connection,
            new Error(`no answer within ${options.timeoutMs / 1000} s`),
            false,
          ),
        ),
      options.timeoutMs,
    );
    client.forwardOut("127.0.0.1", 0, connection.host, connection.port, (error, channel) => {
      clearTimeout(timer);
      return error === undefined
        ? resolve(channel)
        : reject(notReachable(connection, error, false));
    });
  });
  try {
    return { client, stream: await opening };
  } catch (thrown) {
    client.destroy();
    throw thrown;
  }
}

/** Nagle's algorithm off from the first byte: it doubles the time of a handshake and of each command. */
function tcp(connection: SshConnection, timeoutMs: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = connection;
    const socket = net.connect({ host, port, noDelay: true, keepAlive: true });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(notReachable(connection, error, false));
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

async function handshake(
  connection: SshConnection,
  sock: Duplex,
  key: Secret | undefined,
  options: DialOptions,
): Promise<{ readonly client: Client; readonly method: string }> {
  const client = new Client();
  const place = placeOf(connection);
  let refused: Failure | undefined;
  let method = "none";
  const ways = authWays(connection, key, options);
  const authHandler: AuthHandlerMiddleware = (_left, _partial, next) => {
    const way = ways.shift();
    if (way === undefined) {
      refused ??= loginRefused(connection);
      client.destroy();
      return;
    }
    way().then(
      (attempt) => {
        method = attempt.type;
        next(attempt);
      },
      (thrown: unknown) => {
        refused = thrown instanceof Failure ? thrown : undefined;
        client.destroy();
      },
    );
  };
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      client.destroy();
      reject(refused ?? explain(connection, error));
    };
    // Not once: a handshake that timed out is followed by the error of its closed socket, and nobody else would listen.
    client.on("error", fail);
    client.once("close", () => fail(new Error("the host closed the connection")));
    client.once("ready", () => {
      client.off("error", fail);
      // The end of a connection shows at whoever waits for it; here it must only not end the process.
      client.on("error", () => undefined);
      client.removeAllListeners("close");
      resolve();
    });
    client.connect({
      sock,
      username: connection.user,
      authHandler,
      readyTimeout: options.loginMs ?? options.timeoutMs,
      keepaliveInterval: options.keepAliveMs,
      keepaliveCountMax: 3,
      hostVerifier: (shown: Buffer) => {
        try {
          const note = judgeHostKey(
            {
              host: connection.host,
              port: connection.port,
              place,
              wanted: connection.hostKey,
              file: connection.knownHostsFile,
              isKept: options.passesBy !== true,
            },
            shown,
          );
          if (note !== undefined) {
            options.say(note);
          }
          return true;
        } catch (thrown) {
          refused = thrown instanceof Failure ? thrown : undefined;
          return false;
        }
      },
    });
  });
  return { client, method };
}

/** In the order in which they are tried. The password is resolved only when everything else was refused. */
function authWays(
  { auth, user }: SshConnection,
  key: Secret | undefined,
  options: DialOptions,
): (() => Promise<AnyAuthMethod>)[] {
  const ways: (() => Promise<AnyAuthMethod>)[] = [];
  if (key !== undefined) {
    ways.push(async () => ({ type: "publickey", username: user, key: key.reveal() }));
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (auth.agent === true && agent !== undefined) {
    ways.push(async () => ({ type: "agent", username: user, agent }));
  }
  const { password } = auth;
  if (password !== undefined) {
    ways.push(async () => ({
      type: "password",
      username: user,
      password: (await options.resolve(password)).reveal(),
    }));
  }
  return ways;
}

function explain(connection: SshConnection, error: Error): Failure {
  return Reflect.get(error, "level") === "client-authentication"
    ? loginRefused(connection)
    : notReachable(connection, error, true);
}

function loginRefused(connection: SshConnection): Failure {
  return new Failure("failed", {
    tried: `to log in by ssh as ${connection.user}`,
    where: placeOf(connection),
    cameBack: "neither the program's key nor a password was accepted",
    doNext:
      "Check the key and the installer's password that the stack file names; after an installation anew, remove the host's old entry from the known-hosts file too.",
  });
}

function notReachable(
  connection: SshConnection,
  error: Error,
  tookConnection: boolean,
): NotReachable {
  return new NotReachable(
    {
      tried: `to connect by ssh to port ${connection.port}`,
      where: placeOf(connection),
      cameBack: messageOf(error),
      doNext:
        "Check that the host is powered on and reachable from here, then run the command again.",
    },
    tookConnection,
  );
}
