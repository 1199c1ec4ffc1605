import environment from "./pulumi-environment.cjs";

/** @returns {string} lines for `eval "$(npm run --silent setup -- --env)"` */
export function shellExports() {
  const before = process.env;
  return Object.entries(environment.pulumiEnvironment(before))
    .filter(([name, value]) => value !== undefined && before[name] !== value)
    .map(([name, value]) => `export ${name}='${String(value).replaceAll("'", "'\\''")}'\n`)
    .join("");
}
