import { readFileSync } from "node:fs";
import { upRequestSchema } from "./request.js";
import { Supervisor } from "./supervisor.js";

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error("usage: node main.js <plan.json>");
  const request = upRequestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const supervisor = new Supervisor(request);
  // A closed terminal is no reason to lose a cluster.
  process.on("SIGHUP", () => undefined);
  await supervisor.run();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });
}
