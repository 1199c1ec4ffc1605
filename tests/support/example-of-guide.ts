import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import ts from "typescript";
import { z } from "zod";

/** The code of a document: each block of it names the file that it would be. */
export interface ExampleFile {
  readonly file: string;
  readonly text: string;
}

const fence = /^```ts(?: (?<file>\S+))?\n(?<text>[\s\S]*?)^```$/gm;

/** @throws when a block says no file, so that none escapes the compiler */
export function exampleIn(document: string): ExampleFile[] {
  return [...readFileSync(document, "utf8").matchAll(fence)].map(({ groups }) => {
    const { file, text = "" } = groups ?? {};
    if (file === undefined) {
      throw new Error(`${document}: a block of TypeScript names no file:\n${text}`);
    }
    return { file, text };
  });
}

/** A copy of the repository that has the example in it and is links apart from that. Whoever asks for it removes it. */
export function repositoryWith(files: readonly ExampleFile[]): string {
  const home = path.join(process.cwd(), ".proxmox-ha");
  mkdirSync(home, { recursive: true });
  const root = mkdtempSync(path.join(home, "example-"));
  const folders = new Set(files.flatMap(({ file }) => foldersAbove(file)));
  for (const folder of [...folders].sort()) {
    mkdirSync(path.join(root, folder), { recursive: true });
    for (const name of entriesOf(folder)) {
      const entry = path.join(folder, name);
      if (!folders.has(entry)) {
        symlinkSync(path.join(process.cwd(), entry), path.join(root, entry));
      }
    }
  }
  for (const { file, text } of files) {
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

const options = z.looseObject({ compilerOptions: z.record(z.string(), z.unknown()) });

/** What the compiler says of the example, as strictly as of the repository itself. */
export function compiled(root: string, files: readonly ExampleFile[]): string[] {
  const config = options.parse(ts.readConfigFile("tsconfig.json", ts.sys.readFile).config);
  const {
    rootDir: _rootDir,
    incremental: _incremental,
    tsBuildInfoFile: _info,
    ...rest
  } = config.compilerOptions;
  const program = ts.createProgram({
    rootNames: files.map(({ file }) => path.join(root, file)),
    options: {
      ...ts.convertCompilerOptionsFromJson(rest, process.cwd()).options,
      noEmit: true,
    },
  });
  return files.flatMap(({ file }) => {
    const source = program.getSourceFile(path.join(root, file));
    const said = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return said.map(({ messageText, start = 0 }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

function foldersAbove(file: string): string[] {
  const folder = path.dirname(file);
  return folder === "." ? [] : [...foldersAbove(folder), folder];
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
