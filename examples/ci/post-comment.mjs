// node post-comment.mjs <file>: writes the file's text as a comment of the pull request that this job runs for. Its first line is a mark
// by which the job finds its own comment again, so that there is never a second one.
import { existsSync, readFileSync } from "node:fs";
import { commentsOfThisJob } from "./comments.mjs";
import { ended, say } from "./job-log.mjs";

await ended(async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    say(["Write: node post-comment.mjs <file>"]);
    return 2;
  }
  if (!existsSync(file)) {
    say([`there is no ${file}: the steps before this one say why`]);
    return 0;
  }
  const body = readFileSync(file, "utf8");
  const comments = await commentsOfThisJob(process.env);
  say([await comments.put(body)]);
  return 0;
});
