// node drift.mjs <stack>: reads all hosts, and says what differs from the stack file.
// Ends with 4 where something does, with 5 where hosts could not be reached, and else with the status of the verb that failed.
import { runIn } from "./answers.mjs";
import { driftOf } from "./drift-report.mjs";
import { ended, say, summarise } from "./job-log.mjs";
import { block } from "./markdown.mjs";
import { runVerb, stackWord } from "./run-verb.mjs";

await ended(async () => {
  const stack = stackWord("drift.mjs");
  const looked = await runVerb("refresh", stack);
  const previewed = looked.status === 0 ? await runVerb("preview", stack) : undefined;
  const { status, answer } = previewed ?? looked;
  const lines = driftOf({ stack, status, run: runIn(answer, previewed ? "preview" : "refresh") });
  say(lines);
  summarise(`${block(lines.join("\n"))}\n`);
  return status;
});
