import { createServer, type Server } from "node:https";
import { PbsApi } from "./api.js";
import { type PbsProcessConfig, readPbsProcessConfig } from "./config.js";
import { Datastores } from "./datastores.js";
import { pbsIdentity } from "./identity.js";
import { Logins } from "./logins.js";

const PORT = 8007;

/** Starts the backup server and returns once it listens. */
export async function startPbs(config: PbsProcessConfig, port = PORT): Promise<Server> {
  const api = new PbsApi(
    new Logins(config.accounts),
    new Datastores(config.folder, config.datastores),
  );
  const identity = pbsIdentity(config.address);
  const server = createServer({ ...identity, minVersion: "TLSv1.2" }, (request, response) => {
    api.answer(request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, config.address, resolve);
  });
  return server;
}

async function main(): Promise<void> {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: node main.js <config.json>");
  const server = await startPbs(readPbsProcessConfig(path));
  const end = () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
