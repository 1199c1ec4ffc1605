// node preview.mjs <stack>: checks the stack file, asks what `up` would do, and writes both into comment.md.
// Ends with 0 where somebody may agree to it: nothing to do, or changes. Else with the status of the verb.
import { writeFileSync } from "node:fs";
import { runIn, validationIn } from "./answers.mjs";
import { ended, say, summarise } from "./job-log.mjs";
import { commentOf } from "./preview-comment.mjs";
import { runVerb, stackWord } from "./run-verb.mjs";

const agreeable = [0, 4];

await ended(async () => {
  const stack = stackWord("preview.mjs");
  const checked = await runVerb("validate", stack);
  const previewed = checked.status === 0 ? await runVerb("preview", stack) : undefined;
  const { status } = previewed ?? checked;
  const comment = commentOf({
    stack,
    status,
    validation: validationIn(checked.answer),
    preview: previewed && runIn(previewed.answer, "preview"),
  });
  writeFileSync("comment.md", comment);
  summarise(comment);
  say([
    `${previewed ? "preview" : "validate"} ended with ${status}; comment.md says what it found`,
  ]);
  return agreeable.includes(status) ? 0 : status;
});
