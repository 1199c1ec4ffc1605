/** Something that the user can put right; shown as it is, without a stack trace, with exit code 2. */
export class UserProblem extends Error {}

/** What a twin may be called: it becomes part of paths and of names that the machine shows. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UserProblem(
    `"${name}" cannot be the name of a twin; use lower-case letters, digits and inner hyphens, at most 40`,
  );
}
