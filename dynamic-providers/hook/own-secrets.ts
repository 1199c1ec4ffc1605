import { Secret } from "../transport/base/secret.js";

/** Names under which passwords and keys usually stand, such as AWS_SECRET_ACCESS_KEY and PULUMI_CONFIG_PASSPHRASE. */
const SECRET_NAME = /PASS(WORD|WD|PHRASE)|SECRET|TOKEN|CREDENTIAL|(^|_)KEY$/i;
/** Names of files, and of places where a secret is, hold none. */
const PLACE_NAME = /_(FILE|PATH|DIR|URL|NAME|ID)$/i;

/**
 * A hook has the environment of whoever runs the program, and what it printed last is quoted when it fails. So the secrets
 * among it are made known first, and every error masks them.
 */
export function maskOwnSecrets(env: NodeJS.ProcessEnv, named: readonly string[]): void {
  for (const [name, value] of Object.entries(env)) {
    const secret = named.includes(name) || (SECRET_NAME.test(name) && !PLACE_NAME.test(name));
    if (secret && value !== undefined) {
      // To be known is all that is asked of it.
      new Secret(value);
    }
  }
}
