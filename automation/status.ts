import { type Command, InvalidArgumentError } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

/** A look takes a login on each node; more often only fills their journals. */
const EVERY_SECONDS = 5;
const AT_LEAST_SECONDS = 2;

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= AT_LEAST_SECONDS) {
    return value;
  }
  throw new InvalidArgumentError(`Write a number of seconds, ${AT_LEAST_SECONDS} or more.`);
}

/** `status`: how the cluster is, from the nodes themselves. */
export function registerStatus(program: Command): void {
  describeUse(
    program
      .command("status")
      .description("say how the cluster is: nodes, quorum, links, ring, storage, HA, fencing")
      .argument("<stack>", STACK_ARGUMENT)
      .option(
        "--watch [seconds]",
        `look again and again, ${EVERY_SECONDS} s apart or as you say; a pipe gets what changes`,
        seconds,
      )
      .option("--json", "print one JSON object; with --watch one a line")
      .action(async (stack: string, options: { json?: boolean; watch?: number | true }) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runStatus } = await import("./status/run.js");
          const { watch } = options;
          return await runStatus({
            stack,
            json,
            ...(watch === undefined
              ? {}
              : { everySeconds: watch === true ? EVERY_SECONDS : watch }),
          });
        });
      }),
    {
      examples: [
        ["status frege", "one screen about the cluster"],
        ["status frege --watch", "the same again and again, until Ctrl-C"],
        ["status frege --json", "the same for a program"],
      ],
      exits: {
        done: "healthy",
        failed: "something is wrong",
        badInput: "mistakes in the stack file",
        unreachable: "no node answered in time",
      },
    },
  );
}
