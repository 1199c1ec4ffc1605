import { Cluster, ClusterError, type RunEvent } from "proxmox-ha";

/** Says what is wrong with a stack file, or what `up` would do: `node main.js <validate|preview> <Pulumi.mine.yaml>`. */
async function main(verb = "", stackFile = ""): Promise<number> {
  const cluster = new Cluster({ stackFile });
  const report = await cluster.validate();
  for (const { severity, code, line = 1, what, fix } of report.findings) {
    console.log(`${report.file}:${line}: ${severity} ${code}: ${what} ${fix}`);
  }
  if (!report.isValid || verb !== "preview") {
    console.log(report.isValid ? `${cluster.stack} is valid` : `${cluster.stack} is not valid`);
    return report.isValid ? 0 : 2;
  }

  // Ctrl-C stops the run safely; whatever is under way comes to its end.
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const run = cluster.preview({ signal: stop.signal });
  for await (const event of run) {
    console.log(lineOf(event));
  }
  return (await run.done).status;
}

function lineOf(event: RunEvent): string {
  switch (event.type) {
    case "step-planned":
      return `${event.step.action} ${event.step.kind} ${event.step.name} ${event.why.join("; ")}`;
    case "message":
      return `${event.severity}: ${event.text}`;
    case "summary":
      return `${event.outcome.verb}: ${JSON.stringify(event.outcome.changes)}`;
    default:
      return `${event.type}: ${event.step.name}`;
  }
}

main(...process.argv.slice(2))
  .catch((error: unknown) => {
    if (!(error instanceof ClusterError)) {
      throw error;
    }
    console.error(`${error.kind}: ${error.message}`);
    return error.exitStatus;
  })
  .then((status) => {
    process.exitCode = status;
  });
