import { createServer, type Server } from "node:https";
import { closeServer } from "../../process/close-server.js";
import { runService } from "../../process/service-process.js";
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

if (require.main === module) {
  runService(async (file) => {
    const server = await startPbs(readPbsProcessConfig(file));
    return { stop: () => closeServer(server) };
  });
}
