import { Failure } from "../../config/failure/failure.js";
import type { Context } from "../kit/runtime.js";
import { Secret } from "../transport/base/secret.js";
import type { PveApi } from "../transport/pve-api/api.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { look } from "../transport/ssh/look.js";
import { sh } from "../transport/ssh/quoting.js";

interface AccountWay {
  readonly connection: SshConnection;
  readonly apiPort: number;
  /** `user@realm!token`. */
  readonly account: string;
}

/**
 * The API of one member, as the program's own account. The token's value and the certificate's fingerprint are read from the
 * host itself over ssh, whose key is known: so nothing secret is in the state, and nobody between can pretend to be it.
 */
export async function accountApi(
  { connection, apiPort, account }: AccountWay,
  context: Context,
): Promise<PveApi> {
  const host = context.host(connection);
  const { value, fingerprint } = await host.once(`API account ${account}`, async () => {
    const said = await look(host, {
      script: accountScript(account),
      timeoutMs: 15_000,

      confidential: true,
      verb: "read the program's API account",
    });
    return parseAccount(said);
  });
  if (value === undefined || fingerprint === undefined) {
    throw new Failure("failed", {
      tried: `to use the API as ${account}`,
      where: host.place,
      cameBack:
        value === undefined
          ? "the cluster keeps no token of this account"
          : "the node has no certificate",
      doNext:
        value === undefined
          ? "Run `pulumi up --refresh`: it makes a new token."
          : "Run `pvecm updatecerts` there, then `pulumi up` again.",
    });
  }
  const { node, host: address } = connection;
  return context.api({
    endpoint: { node, host: address, port: apiPort, fingerprint },
    account,
    token: new Secret(value),
  });
}

function accountScript(account: string): string {
  return [
    "export LC_ALL=C",
    sh`awk -v account=${account} '$1 == account { print "value", $2 }' /etc/pve/priv/token.cfg`,
    "cd /etc/pve/local && for f in pveproxy-ssl.pem pve-ssl.pem; do test -s $f && openssl x509 -in $f -noout -fingerprint -sha256 && break; done",
  ].join("\n");
}

function parseAccount(output: string) {
  return {
    value: /^value (\S+)$/m.exec(output)?.[1],
    fingerprint: /Fingerprint=([0-9A-F:]+)/i.exec(output)?.[1],
  };
}
